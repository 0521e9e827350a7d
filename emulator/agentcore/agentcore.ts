/**
 * AgentCore Runtime over HTTP: InvokeAgentRuntime with a JSON or a streamed answer, and StopRuntimeSession.
 * Sources: AgentCore data plane API reference and limits, the AWS SDK; the payloads are those of AWS's samples.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Refusal } from "../doors/refusal.ts";
import { err, ok, type Result } from "../result.ts";
import type { Fault } from "../seams.ts";
import { authenticate, type Gatekeeper } from "../services/authenticate.ts";
import type { AgentEvent, HostedAgent } from "../services/hosted-agent.ts";
import { acceptedMedia, SSE_HEADERS, sse } from "../services/media.ts";
import {
  type Answer,
  type Call,
  CUT,
  type OrderedRefusal,
  type Piece,
  refused,
  type Service,
  whole,
} from "../services/service.ts";
import { wait } from "../services/wait.ts";
import { type RuntimeName, readRuntimeName } from "./arn.ts";
import { questionIn } from "./payload.ts";
import { agentcoreRefusal } from "./refusals.ts";
import { createRuntimeSessions } from "./sessions.ts";

export interface AgentCoreOptions {
  readonly gatekeeper: Gatekeeper;
  readonly clock: Clock;
  /** Makes the agent that a runtime of that name holds. */
  createAgent(name: string): HostedAgent;
}

const PATH = /^\/runtimes\/([^/]+)\/(invocations|stopruntimesession)$/;
export const SESSION_HEADER = "x-amzn-bedrock-agentcore-runtime-session-id";

export function createAgentCore({ gatekeeper, clock, createAgent }: AgentCoreOptions): Service {
  const sessions = createRuntimeSessions(clock);

  const admit = async (call: Call, encoded: string): Promise<Result<RuntimeName, Refusal>> => {
    const caller = await authenticate(call.request, gatekeeper, "bedrock-agentcore", agentcoreRefusal(401));
    if (!caller.ok) return caller;
    const runtime = readRuntimeName(encoded, call.request.query.get("accountId")?.[0]);
    if (runtime === undefined) {
      return err(
        agentcoreRefusal(400, undefined, "agentRuntimeArn: it is neither an ARN nor an id with accountId"),
      );
    }
    const { region } = caller.value;
    const isElsewhere = region !== undefined && runtime.region !== undefined && runtime.region !== region;
    if (isElsewhere || /^missing/i.test(runtime.name)) {
      const qualifier = call.request.query.get("qualifier")?.[0] ?? "DEFAULT";
      const message = `No endpoint or agent found with qualifier '${qualifier}' for agent '${runtime.given}'`;
      return err(agentcoreRefusal(404, undefined, message));
    }
    return ok(runtime);
  };

  const invoke = async (call: Call, encoded: string): Promise<Answer> => {
    const runtime = await admit(call, encoded);
    if (!runtime.ok) return refusedHere(runtime.error);
    const session = sessionOf(call, () => randomUUID());
    if (!session.ok) return refusedHere(session.error);
    const question = questionIn(call.request.body);
    if (question === undefined)
      return refusedHere(agentcoreRefusal(424, undefined, "Received error (400) from runtime."));
    const { given, name } = runtime.value;
    const agent = sessions.agent(given, session.value, () => createAgent(name));
    const headers = { [SESSION_HEADER]: session.value };
    const events = agent.ask(question, call.signal);
    return acceptedMedia(call.request.headers.accept)[0] === "text/event-stream"
      ? {
          type: "stream",
          headers: { ...SSE_HEADERS, ...headers },
          pieces: streamed(events, clock, call.signal),
          broken,
        }
      : answerWhole(events, headers, clock, call.signal);
  };

  const stop = async (call: Call, encoded: string): Promise<Answer> => {
    const runtime = await admit(call, encoded);
    if (!runtime.ok) return refusedHere(runtime.error);
    const session = sessionOf(call, () => undefined);
    if (!session.ok) return refusedHere(session.error);
    return sessions.stop(runtime.value.given, session.value)
      ? whole(200, {}, { [SESSION_HEADER]: session.value })
      : refusedHere(agentcoreRefusal(404, undefined, `Session ${session.value} was not found`));
  };

  return {
    name: "agentcore",
    route(method, path) {
      const [, runtime, operation] = PATH.exec(path) ?? [];
      if (method !== "POST" || runtime === undefined) return undefined;
      return operation === "invocations"
        ? { name: "InvokeAgentRuntime", serve: (call) => invoke(call, runtime) }
        : { name: "StopRuntimeSession", serve: (call) => stop(call, runtime) };
    },
    refuse: ({ status, errorType, message }: OrderedRefusal) =>
      refusedHere(agentcoreRefusal(status, errorType, message)),
    reset: () => sessions.clear(),
  };
}

/** A ValidationException of this service says what kind of mistake it was. */
const refusedHere = (refusal: Refusal): Answer =>
  refused(refusal, refusal.errorType === "ValidationException" ? { reason: "FieldValidationFailed" } : {});

/** The session id of the request. A runtime makes one where there is none. */
function sessionOf(call: Call, make: () => string | undefined): Result<string, Refusal> {
  const given = call.request.headers[SESSION_HEADER] ?? make();
  const rule =
    given === undefined
      ? "must not be null"
      : given.length < 33
        ? "must have length greater than or equal to 33"
        : given.length > 256
          ? "must have length less than or equal to 256"
          : undefined;
  if (given !== undefined && rule === undefined) return ok(given);
  const message = `1 validation error detected: Value at 'runtimeSessionId' failed to satisfy constraint: Member ${rule}`;
  return err(agentcoreRefusal(400, undefined, message));
}

async function answerWhole(
  events: AsyncGenerator<AgentEvent>,
  headers: Readonly<Record<string, string>>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Answer> {
  for await (const event of events) {
    if (event.type === "answer") {
      return whole(200, { result: event.text, turn: event.turn, tools: event.tools }, headers);
    }
    if (event.type === "failed") return refusedHere(agentcoreRefusal(424));
    if (event.type === "fault") return faulty(event.fault, clock, signal);
  }
  return { type: "cut" };
}

async function faulty(fault: Fault, clock: Clock, signal: AbortSignal): Promise<Answer> {
  if (fault.type === "refuse")
    return refusedHere(agentcoreRefusal(fault.status, fault.errorType, fault.message));
  if (fault.type === "garbage") {
    return { type: "whole", status: 200, headers: { "content-type": "application/json" }, body: '{"half of' };
  }
  if (fault.type === "stall") await wait(clock, fault.ms, signal);
  return fault.type === "cut" ? { type: "cut" } : refusedHere(agentcoreRefusal(424));
}

async function* streamed(
  events: AsyncGenerator<AgentEvent>,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  for await (const event of events) {
    switch (event.type) {
      case "progress":
        yield sse("progress", { progress: event.text, tool: event.tool, cached: event.fromMemory });
        break;
      case "answer":
        yield sse("result", { result: event.text, turn: event.turn, tools: event.tools });
        break;
      case "failed":
        yield broken("internalServerException", event.why);
        break;
      case "fault":
        if (event.fault.type === "stall") await wait(clock, event.fault.ms, signal);
        yield event.fault.type === "cut" ? CUT : broken("internalServerException", "The agent failed.");
    }
  }
}

/** What AWS's Python SDK writes into the stream when the agent's code throws. */
const broken = (_: unknown, message: string): Piece =>
  sse("error", { error: message, error_type: "RuntimeError", message: "An error occurred during streaming" });
