/**
 * Bedrock's Converse and ConverseStream: a text model, as a sub-agent has one, that follows a scenario or the rules.
 * Source: Bedrock Runtime API reference.
 */
import type { Clock } from "../clock.ts";
import { accessDenied, type Refusal, refusalFor, validation } from "../doors/refusal.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Fault } from "../seams.ts";
import { authenticate, type Gatekeeper } from "../services/authenticate.ts";
import { type Answer, type Call, type OrderedRefusal, refused, type Service } from "../services/service.ts";
import { draft } from "./draft.ts";
import { replyStream, replyWhole } from "./reply.ts";
import { readRequest } from "./request.ts";
import { findTextModel } from "./text-models.ts";
import { think } from "./think.ts";
import { complaint } from "./validate.ts";

export interface ConverseOptions {
  readonly gatekeeper: Gatekeeper;
  readonly clock: Clock;
  getScenario(): Scenario | undefined;
  /** The day that "tomorrow" is counted from. */
  readonly now: () => Date;
}

const PATH = /^\/model\/([^/]+)\/(converse|converse-stream)$/;

export function createConverse(options: ConverseOptions): Service {
  const serve = async (call: Call, encodedId: string, isStream: boolean): Promise<Answer> => {
    const caller = await authenticate(call.request, options.gatekeeper, "bedrock", WRONG_KEY);
    if (!caller.ok) return refused(caller.error);
    const modelId = decoded(encodedId);
    const model = findTextModel(modelId ?? "");
    if (!model.ok) return refused(model.error);
    const request = readRequest(call.request.body);
    if (!request.ok) return refused(request.error);
    const wrong = complaint(request.value, model.value);
    if (wrong !== undefined) return refused(validation(wrong));

    const { steps, mind } = think(request.value, modelId ?? "", options.getScenario(), options.now);
    call.note(
      mind.agent === undefined ? "answered by the rules" : `answered by the text agent ${mind.agent}`,
    );
    const drafted = draft(steps, request.value);
    const pace = { clock: options.clock, firstTokenMs: mind.firstTokenMs, tokenMs: mind.tokenMs };
    const refusal = drafted.blocks.find((block) => block.type === "fault" && block.fault.type === "refuse");
    if (isStream && refusal?.type === "fault") return refuseBy(refusal.fault);
    return isStream ? replyStream(drafted, pace, call) : replyWhole(drafted, pace, call, refuseBy);
  };

  return {
    name: "converse",
    route(method, path) {
      const [, id, operation] = PATH.exec(path) ?? [];
      if (method !== "POST" || id === undefined) return undefined;
      const isStream = operation === "converse-stream";
      return { name: isStream ? "ConverseStream" : "Converse", serve: (call) => serve(call, id, isStream) };
    },
    refuse,
    reset() {},
  };
}

const WRONG_KEY: Refusal = accessDenied("Authentication failed: Please make sure your API Key is valid.");

const refuse = ({ status, errorType, message }: OrderedRefusal): Answer =>
  refused(refusalFor(status, errorType, message));

/** A fault that a scenario asks for, where nothing has been sent yet. */
function refuseBy(fault: Fault): Answer {
  if (fault.type === "refuse") return refuse(fault);
  if (fault.type === "cut") return { type: "cut" };
  if (fault.type === "garbage") {
    return { type: "whole", status: 200, headers: { "content-type": "application/json" }, body: '{"half of' };
  }
  return refuse({
    status: 424,
    ...("message" in fault && fault.message !== undefined ? { message: fault.message } : {}),
  });
}

function decoded(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
