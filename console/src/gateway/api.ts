/**
 * The gateway's HTTP API as the console uses it: which agents there are, and a ticket for a session.
 */
import * as z from "zod/mini";
import { err, ok, type Result } from "../../../src/base/result.ts";
import { CONSOLE } from "../limits.ts";
import type { Who } from "../state/memory.ts";
import type { SessionStatus } from "../state/path.ts";
import { gatewayProblem, type Problem, problem } from "../state/problems.ts";
import type { Agent } from "../state.ts";

export interface Ticket {
  readonly session: string;
  readonly ticket: string;
}

/** Why a request came to nothing. `key`: an API key is wanted, or the one given is wrong. */
export type Refusal = { readonly type: "key" } | { readonly type: "problem"; readonly problem: Problem };

/** What is agreed on for a session, over HTTP and again in hello: the model is opened with it ahead of time. */
export const AUDIO = {
  input: { encoding: "pcm16", rate: CONSOLE.microphoneRate },
  output: { encoding: "pcm16", rate: CONSOLE.speakerRate },
} as const;

const ticketBody = z.object({ session: z.string(), ticket: z.string() });
const errorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), detail: z.optional(z.string()) }),
});
const stateBody = z.object({ state: z.string() });
const statusBody = z.object({
  path: z.array(
    z.object({
      segment: z.string(),
      turns: z.number(),
      tokens: z.record(z.string(), z.number()),
      cost: z.number(),
    }),
  ),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
/** A gateway does not know an emulator when it sees one; it does know that this is not AWS. */
const NOT_AWS = "not on AWS: emulated, or at an address of your own";

const segmentBody = z.object({
  name: z.string(),
  purpose: z.nullish(z.string()),
  goesTo: z.array(z.object({ to: z.string(), by: z.array(z.string()) })),
});

const agentsBody = z.object({
  agents: z.array(
    z.object({
      name: z.string(),
      model: z.optional(z.string()),
      voice: z.optional(z.string()),
      endpoint: z.optional(z.string()),
      remembers: z.optional(z.boolean()),
      segments: z.optional(z.array(segmentBody)),
    }),
  ),
});

const refuse = (refused: Problem): Result<never, Refusal> => err({ type: "problem", problem: refused });

export const request = async (
  path: string,
  key: string | null,
  init: RequestInit,
): Promise<Result<unknown, Refusal>> => {
  try {
    const response = await fetch(new URL(path, document.baseURI), {
      ...init,
      cache: "no-store",
      credentials: "omit",
      headers: {
        ...(init.body === undefined ? {} : { "content-type": "application/json" }),
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      signal: AbortSignal.timeout(CONSOLE.requestMs),
    });
    const body: unknown = await response.json().catch(() => null);
    if (response.ok) return ok(body);
    if (response.status === 401) return err({ type: "key" });
    const told = z.safeParse(errorBody, body);
    return refuse(told.success ? gatewayProblem(told.data.error) : problem("odd_answer"));
  } catch {
    return refuse(problem("unreachable"));
  }
};

/** The agents a person may talk to. */
export const fetchAgents = async (key: string | null): Promise<Result<readonly Agent[], Refusal>> => {
  const answer = await request("v1/agents", key, { method: "GET" });
  if (!answer.ok) return answer;
  const body = z.safeParse(agentsBody, answer.value);
  if (!body.success) return refuse(problem("odd_answer"));
  return ok(
    body.data.agents.map(({ name, model, voice, endpoint, remembers = false, segments = [] }) => ({
      name,
      remembers,
      segments: segments.map((segment) => ({ ...segment, purpose: segment.purpose ?? null })),
      about: [
        model,
        voice && `voice ${voice}`,
        remembers ? "remembers its callers" : undefined,
        endpoint === "custom" ? NOT_AWS : undefined,
      ]
        .filter((part) => part !== undefined)
        .join(" · "),
    })),
  );
};

/** A session with `agent` for `who` (null: nobody in particular), and the ticket that opens it. */
export const createSession = async (
  agent: string,
  who: Who | null,
  key: string | null,
): Promise<Result<Ticket, Refusal>> => {
  const caller =
    who === null ? {} : { caller: who.caller, ...(who.tenant === null ? {} : { tenant: who.tenant }) };
  const answer = await request("v1/sessions", key, {
    method: "POST",
    body: JSON.stringify({ agent, ...caller, audio: AUDIO, toolDetails: true }),
  });
  if (!answer.ok) return answer;
  const body = z.safeParse(ticketBody, answer.value);
  return body.success ? ok(body.data) : refuse(problem("odd_answer"));
};

/** Where a session is and was, and what it cost there. Null when it cannot be learned, which is no trouble. */
export const fetchStatus = async (session: string, key: string | null): Promise<SessionStatus | null> => {
  const answer = await request(`v1/sessions/${encodeURIComponent(session)}`, key, { method: "GET" });
  const body = answer.ok ? z.safeParse(statusBody, answer.value) : null;
  if (body?.success !== true) return null;
  const { path, facts } = body.data;
  return {
    path: path.map(({ segment, turns, tokens, cost }) => ({
      segment,
      turns,
      tokens: Object.values(tokens).reduce((sum, count) => sum + count, 0),
      cost,
    })),
    facts,
  };
};

/** Whether the gateway says that a session is over. False while nothing is known. */
export const hasEnded = async (session: string, key: string | null): Promise<boolean> => {
  const answer = await request(`v1/sessions/${encodeURIComponent(session)}`, key, { method: "GET" });
  const body = answer.ok ? z.safeParse(stateBody, answer.value) : null;
  return body?.success === true && body.data.state === "ended";
};

/** Ends a session that cannot be told so over its line. It ends by itself soon enough if this does not come through. */
export const endSession = async (session: string, key: string | null): Promise<void> => {
  await request(`v1/sessions/${encodeURIComponent(session)}`, key, { method: "DELETE" });
};

/** Whether anybody answers at the gateway's address at all. */
export const isReachable = async (): Promise<boolean> =>
  fetch(new URL("healthz", document.baseURI), {
    cache: "no-store",
    signal: AbortSignal.timeout(CONSOLE.requestMs),
  }).then(
    () => true,
    () => false,
  );
