/**
 * Every way AWS says no, and what that means for the session: one table for exceptions in the stream and refusals at
 * the door, which share their names, and one for what validation exceptions say.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithBidirectionalStream.html
 */
import type { UpgradeFailure } from "../../aws/upgrade-failure.ts";
import type { StreamEnd } from "../../conversation/events.ts";
import type { Stage } from "../stage.ts";

/** What AWS said, in its words. */
export interface Failure {
  /** `validationException`, `ThrottlingException`, an error code; "" when it gave none. */
  readonly name: string;
  readonly message: string;
}

/** `none`: the stream goes on. */
type Verdict = Exclude<StreamEnd["type"], "finished" | "unreachable"> | "none";

/** By name, lower case, without "Exception". Names that are not here count as `lost`. */
const BY_NAME: Readonly<Record<string, Verdict>> = {
  throttling: "busy",
  toomanyrequests: "busy",
  servicequotaexceeded: "busy",
  modelnotready: "busy",
  serviceunavailable: "busy",
  modeltimeout: "lost",
  modelerror: "lost",
  modelstreamerror: "lost",
  internalserver: "lost",
  internalfailure: "lost",
  accessdenied: "refused",
  expiredtoken: "refused",
  unrecognizedclient: "refused",
  invalidsignature: "refused",
  incompletesignature: "refused",
  missingauthenticationtoken: "refused",
  optinrequired: "refused",
  resourcenotfound: "refused",
};

/** What validation exceptions say, first match first. Compared in lower case. */
const BY_MESSAGE: readonly (readonly [string, Verdict])[] = [
  // Our answer to a tool use was not JSON to Nova; it keeps listening.
  ["tool response parsing error", "none"],
  // No input for 55 s (the number varies by model, the beginning does not).
  ["timed out waiting", "lost"],
  ["internalerrorcode=531", "lost"],
  ["system instability detected", "lost"],
  // A fresh stream replays only what was heard, and may well answer otherwise.
  ["content filter", "lost"],
  ["invalid voiceid", "refused"],
  ["first message in chat history", "refused"],
  ["chat history", "refused"],
  ["tool result media type", "refused"],
  ["no prompts were received", "refused"],
];

/** By HTTP status, when a refusal carries no name. */
const byStatus = (status: number): Verdict => {
  if (status === 429 || status === 503) return "busy";
  return status === 408 || status === 424 || status >= 500 ? "lost" : "refused";
};

const plainName = (name: string): string =>
  name
    .replace(/^.*#/, "")
    .toLowerCase()
    .replace(/(?:exception|error)$/, "");

const validationVerdict = (message: string, stage: Stage): Verdict => {
  // Whatever the words: of a stream that was told nothing they can only mean that it waited too long.
  if (stage === "waiting") return "lost";
  const words = message.toLowerCase();
  const known = BY_MESSAGE.find(([part]) => words.includes(part));
  if (known !== undefined) return known[1];
  // Words nobody has seen: at the start they are about our prologue and will come again; on a stream that has worked
  // they are about that stream (the 8-minute end has no documented form).
  return stage === "worked" ? "lost" : "refused";
};

const told = ({ name, message }: Failure): string => `${name === "" ? "unnamed" : name}: ${message}`;

/**
 * What a failure inside a stream that got so far means; null: the stream goes on. The cause is AWS's words, not yet
 * redacted.
 */
export const judgeFailure = (failure: Failure, stage: Stage): StreamEnd | null => {
  const name = plainName(failure.name);
  const verdict =
    name === "validation" ? validationVerdict(failure.message, stage) : (BY_NAME[name] ?? "lost");
  return verdict === "none" ? null : { type: verdict, cause: told(failure) };
};

/** What a door that stayed shut means. */
export const judgeRefusal = (failure: UpgradeFailure): StreamEnd => {
  if (failure.type === "unreachable") return failure;
  const { status, errorType, message } = failure;
  const name = plainName(errorType);
  // At the door validation is about the request, which will be the same next time.
  const verdict = name === "validation" ? "refused" : (BY_NAME[name] ?? byStatus(status));
  const cause = `HTTP ${status} ${told({ name: errorType, message })}`;
  return { type: verdict === "none" ? "refused" : verdict, cause };
};
