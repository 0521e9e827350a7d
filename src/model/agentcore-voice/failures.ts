/**
 * Every way AgentCore says no, and what that means for the session: refusals at the door, and the codes it closes with.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-troubleshooting.html
 */
import type { UpgradeFailure } from "../../aws/upgrade-failure.ts";
import type { StreamEnd } from "../../conversation/events.ts";
import type { Stage } from "../stage.ts";

type Verdict = Exclude<StreamEnd["type"], "finished" | "unreachable">;

interface Meaning {
  readonly verdict: Verdict;
  /** For whoever reads the log; "" where AgentCore's own words do. */
  readonly hint: string;
}
const meaning = (verdict: Verdict, hint = ""): Meaning => ({ verdict, hint });

/** By the error's name, lower case, without "Exception". */
const BY_NAME: Readonly<Record<string, Meaning>> = {
  validation: meaning("refused"),
  unauthorized: meaning("refused"),
  accessdenied: meaning(
    "refused",
    "the credentials need bedrock-agentcore:InvokeAgentRuntimeWithWebSocketStream on this runtime",
  ),
  resourcenotfound: meaning("refused", "no such runtime, or no such endpoint of it (qualifier)"),
  servicequotaexceeded: meaning("busy", "a quota of the account is used up"),
  throttling: meaning("busy"),
  retryableconflict: meaning("busy", "another operation on the same runtime session is in progress"),
  conflict: meaning("refused"),
  runtimeclient: meaning("lost", "the hosted agent itself failed; its log group in CloudWatch says why"),
  internalserver: meaning("lost"),
};

/** By status, when a refusal carries no name we know. */
const BY_STATUS: Readonly<Record<number, Meaning | undefined>> = {
  402: BY_NAME.servicequotaexceeded,
  404: BY_NAME.resourcenotfound,
  408: meaning("lost"),
  // Without its name it is taken for the kind that passes: the other costs four attempts.
  409: BY_NAME.retryableconflict,
  424: BY_NAME.runtimeclient,
  429: BY_NAME.throttling,
  503: meaning("busy"),
};
const byStatus = (status: number): Meaning =>
  BY_STATUS[status] ?? meaning(status >= 500 ? "lost" : "refused");

const plainName = (name: string): string =>
  name
    .replace(/^.*#/, "")
    .toLowerCase()
    .replace(/(?:exception|error)$/, "");

const hinted = (cause: string, hint: string): string => (hint === "" ? cause : `${cause} (${hint})`);

/** What a door that stayed shut means. The cause is AWS's words, not yet redacted. */
export const judgeRefusal = (failure: UpgradeFailure): StreamEnd => {
  if (failure.type === "unreachable") return failure;
  const { status, errorType, message } = failure;
  const { verdict, hint } = BY_NAME[plainName(errorType)] ?? byStatus(status);
  const name = errorType === "" ? "unnamed" : errorType;
  return { type: verdict, cause: hinted(`HTTP ${status} ${name}: ${message}`, hint) };
};

/** By close code (RFC 6455 section 7.4.1): right after we have begun, and at any other time. Others are `lost`. */
const BY_CODE: Readonly<Record<number, readonly [atFirst: Verdict, later: Verdict, hint: string]>> = {
  1001: ["lost", "lost", "the other side goes away"],
  // What it will not take from the start it will not take from the next stream either.
  1002: ["refused", "lost", "the other side found a fault in our WebSocket protocol"],
  1008: ["refused", "lost", "a limit or policy of AgentCore"],
  1009: ["refused", "lost", "a message was too big for the other side"],
  1011: ["lost", "lost", "the other side failed"],
  1012: ["busy", "busy", "the other side restarts"],
  1013: ["busy", "busy", "the other side asks to come back later"],
};
const CROWDED = /throttl|rate|too many|quota|limit exceeded|busy/i;

/** What it means that the other side closed a stream that got so far. */
export const judgeClose = (code: number, reason: string, stage: Stage): StreamEnd => {
  const [atFirst, later, hint] = BY_CODE[code] ?? ["lost", "lost", ""];
  const verdict = code === 1008 && CROWDED.test(reason) ? "busy" : stage === "begun" ? atFirst : later;
  return { type: verdict, cause: hinted(`closed with ${code} ${reason}`.trim(), hint) };
};
