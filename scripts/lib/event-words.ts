/**
 * The gateway's own log events, as a sentence each for its builder's terminal.
 */
import * as z from "zod";
import { ERRORS } from "../../src/base/errors.ts";

const eventSchema = z.object({
  event: z.string(),
  cause: z.string().optional(),
  why: z.string().optional(),
  source: z.string().optional(),
  tool: z.string().optional(),
  reason: z.string().optional(),
  end: z.string().optional(),
  region: z.string().optional(),
  code: z.string().optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  agent: z.string().optional(),
  place: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  by: z.string().optional(),
  missing: z.string().optional(),
  fact: z.string().optional(),
  segment: z.string().optional(),
});

const REFUSALS: Readonly<Record<string, string>> = {
  unknown: "there is no such segment",
  here: "it is there already",
  no_way: "no way leads there for whoever wished it",
  facts: "facts are missing",
};

export type LogEvent = z.infer<typeof eventSchema>;

/** The event that a line of our JSON logs holds; null when it is something else. */
export const readEvent = (text: string): LogEvent | null => {
  if (!text.startsWith("{")) return null;
  try {
    return eventSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
};

/** On one line unless the cause has more. */
export const describeEvent = (event: LogEvent): string => {
  const because = event.cause ?? event.why ?? "no cause was told";
  switch (event.event) {
    case "tools_missing":
      return `${event.source} is left out of the agent's tools: ${because.replace(/^✖ /, "").replace(/\s+→ at \w+$/, "")}`;
    case "tool_failed":
      if (event.reason === "not_allowed")
        return `Tool ${event.tool} was not run: the segment does not list it, or facts that it requires do not hold`;
      return `Tool ${event.tool} failed: ${FAILURES[event.reason ?? ""] ?? event.reason}`;
    case "tool_trouble":
      return `Tool ${event.tool} failed: ${because}`;
    case "tool_word_refused":
      return `Tool ${event.tool}: ${because}`;
    case "session_crashed":
      return `A session crashed, which is a bug of the gateway's: ${because}`;
    case "stream_ended":
      return `A stream to the speech model ended (${event.end}): ${because}`;
    case "region_slow":
      return `${event.region} is slow to open a stream; the next region is dialled as well`;
    case "region_failed":
      return `${event.region} opened no stream (${event.end}): ${because}`;
    case "credentials_not_renewed":
      return `There are no new credentials for the role: ${because}`;
    case "words_withheld":
      return "The model's filters refused what was said; it is not said again";
    case "request_failed":
      return `${event.method} ${event.path} failed: ${because}`;
    case "session_ended":
      return `A session ended: ${publicWords(event.code)}${event.cause === undefined ? "" : ` (${event.cause})`}`;
    case "connect_refused":
      return `A client could not connect: ${publicWords(event.code)}${event.cause === undefined ? "" : ` (${event.cause})`}`;
    case "agent_warning":
      return `Agent ${event.agent}, ${event.place}: ${because}`;
    case "tool_unknown":
      return `${event.place}: ${because}`;
    case "transition_refused":
      return `The talk did not move from ${event.from} to ${event.to}, as the ${event.by} wished: ${REFUSALS[event.reason ?? ""] ?? event.reason}${event.missing ? ` (${event.missing})` : ""}`;
    case "transition_failed":
      return `The talk did not move to ${event.to}: no stream could be had for it`;
    case "fact_refused":
      return `Tool ${event.tool} may not set the fact ${event.fact} in the segment ${event.segment}`;
    case "object_overloaded":
      return `A session's object could not be asked just now: ${because}`;
    default:
      return `${event.event.replaceAll("_", " ")}: ${event.code ?? ""} ${because}`.replace(":  ", ": ");
  }
};

const FAILURES: Readonly<Record<string, string>> = {
  timeout: "it took too long",
  refused: "it says that this cannot be done",
  threw: "it threw an error",
  bad_arguments: "the model's arguments do not fit its input",
  unknown_tool: "nobody offers a tool of that name",
  bad_result: "what it returned is not JSON",
  too_large: "what it returned is too large",
  too_many: "too many calls at once",
  unreachable: "it cannot be reached",
  cancelled: "it was called off",
};

const publicWords = (code: string | undefined): string => {
  const known = Object.entries(ERRORS).find(([name]) => name === code);
  return known === undefined ? `${code ?? "for no told reason"}.` : known[1].message;
};
