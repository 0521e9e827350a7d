/**
 * What a failure means for the session: looked up in the table, and judged by how far the stream had come where the
 * table has no word of it. Causes are AWS's words, not yet redacted.
 */
import { type Credentials, NoCredentials } from "../aws/credentials.ts";
import { foreignWords } from "../aws/foreign-words.ts";
import type { UpgradeFailure } from "../aws/upgrade-failure.ts";
import type { StreamEnd } from "../conversation/events.ts";
import {
  ACTIONS,
  type Action,
  BY_CLOSE,
  BY_LINE,
  BY_NAME,
  BY_STATUS,
  BY_WORDS,
  CROWDED,
  FILTER_WORDS,
  type LineFailure,
  OTHER_CLOSE,
  OTHER_STATUS,
  type Ruling,
} from "./failure-table.ts";
import type { Stage } from "./stage.ts";

/** What AWS said, in its words. */
export interface Failure {
  /** `validationException`, `ThrottlingException`, an error code; "" when it gave none. */
  readonly name: string;
  readonly message: string;
}

type Told = Exclude<StreamEnd, { readonly type: "finished" }>;

const NAMES: ReadonlyMap<string, Ruling> = new Map(
  Object.entries(BY_NAME).map(([name, ruling]) => [name.toLowerCase(), ruling]),
);
const VALIDATION = "validation";

const plainName = (name: string): string =>
  name
    .replace(/^.*#/, "")
    .toLowerCase()
    .replace(/(?:exception|error)$/, "");

const bare = (action: Action): Ruling => ({ action, hint: "" });

const namedRuling = ({ name, message }: Failure, stage: Stage): Ruling => {
  const words = message.toLowerCase();
  const plain = plainName(name);
  if (FILTER_WORDS.some((part) => words.includes(part.toLowerCase()))) return bare("filtered");
  if (plain !== VALIDATION) return NAMES.get(plain) ?? bare("hand_over");
  // Whatever the words: of a stream that was told nothing they can only mean that it waited too long.
  if (stage === "waiting") return bare("hand_over");
  const known = BY_WORDS.find(([part]) => words.includes(part.toLowerCase()));
  if (known !== undefined) return known[1];
  // Words nobody has seen: at the start they are about our prologue and will come again; on a stream that has worked
  // they are about that stream (the 8-minute end has no documented form).
  return bare(stage === "worked" ? "hand_over" : "stop");
};

const ended = (action: Exclude<Action, "in_place">, cause: string, crowded = false): Told => {
  const { end } = ACTIONS[action];
  return end === "busy" && crowded ? { type: end, cause, crowded } : { type: end, cause };
};

const hinted = (cause: string, hint: string): string => (hint === "" ? cause : `${cause} (${hint})`);
const said = ({ name, message }: Failure): string => `${name === "" ? "unnamed" : name}: ${message}`;

/** What a failure inside a stream that got so far means; null: the stream goes on. */
export const judgeFailure = (failure: Failure, stage: Stage): Told | null => {
  const { action, hint, crowded } = namedRuling(failure, stage);
  // A stream that has worked had its place, and was throttled for something else.
  return action === "in_place"
    ? null
    : ended(action, hinted(said(failure), hint), crowded && stage !== "worked");
};

const statusRuling = (status: number): Ruling =>
  BY_STATUS[status] ?? (status >= 500 ? OTHER_STATUS.from500 : OTHER_STATUS.below500);

/**
 * The same to somebody who asked with `credentials`. Those that have expired, though there are others to be had, are no
 * reason to stop.
 */
export const refusedWith = (
  failure: UpgradeFailure,
  expired: ((credentials: Credentials) => boolean) | undefined,
  credentials: Credentials,
): Told => {
  const told = judgeRefusal(failure);
  const isExpired = failure.type === "refused" && plainName(failure.errorType) === "expiredtoken";
  return isExpired && expired?.(credentials) ? lineFailure("credentials_late", told.cause) : told;
};

/** What a door that stayed shut means. */
export const judgeRefusal = (failure: UpgradeFailure): Told => {
  if (failure.type === "unreachable") return lineFailure("not_connected", failure.cause);
  const { status, errorType, message } = failure;
  const name = plainName(errorType);
  // At the door validation is about the request, which will be the same next time.
  const { action, hint, crowded } =
    name === VALIDATION ? bare("stop") : (NAMES.get(name) ?? statusRuling(status));
  const cause = hinted(`HTTP ${status} ${said({ name: errorType, message })}`, hint);
  return ended(action === "in_place" ? "hand_over" : action, cause, crowded);
};

/** What it means that the other side closed a stream that got so far. */
export const judgeClose = (code: number, reason: string, stage: Stage): Told => {
  const { atFirst, later, hint } = BY_CLOSE[code] ?? OTHER_CLOSE;
  const crowded = code === 1008 && CROWDED.test(reason);
  const action = crowded ? "shed_load" : stage === "begun" ? atFirst : later;
  const cause = hinted(`closed with ${code} ${reason}`.trim(), hint);
  return ended(action === "in_place" ? "hand_over" : action, cause);
};

/** What the way to the credentials failed with: the deployment's own code may fail in its own way. Fit for the log. */
export const noCredentials = (error: unknown): Told => {
  const why = foreignWords(error instanceof Error ? error.message : String(error));
  const passes = error instanceof NoCredentials && error.passes;
  return lineFailure(passes ? "credentials_late" : "credentials_denied", `no credentials: ${why}`);
};

/** What befell the line itself. */
export const lineFailure = (failure: LineFailure, cause: string = BY_LINE[failure].told): Told =>
  ended(BY_LINE[failure].action, cause);
