/**
 * The client's half of coming back, as docs/protocol.md tells it: what to do when a socket has closed, and how long to
 * wait before the next try. Pure; for the clients of this repository, the gateway itself has no use for it.
 */
import { ERRORS } from "../../base/errors.ts";

/** Nothing at all has come for this long (ms), though a `ping` comes every 5 s: the socket is lost, whatever it says. */
export const SILENT_MS = 15_000;
/** What the caller says while away is kept for this long (ms); nobody wants more so late. */
export const AWAY_AUDIO_MS = 3_000;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** `over`: the talk is. `elsewhere`: it goes on without us. `refused`: it would be again. */
export type Verdict = "come_back" | "over" | "elsewhere" | "refused";

const CODES: Readonly<Record<number, Verdict>> = {
  1000: "over",
  [ERRORS.taken_over.close]: "elsewhere",
  [ERRORS.session_ended.close]: "over",
  [ERRORS.hello_timeout.close]: "come_back",
  [ERRORS.client_slow.close]: "come_back",
  [ERRORS.overloaded.close]: "come_back",
};

/** What to do after a socket has closed with `code` (RFC 6455 section 7.4), and `closing` had not been said. */
export const afterClose = (code: number): Verdict => CODES[code] ?? (code < 4000 ? "come_back" : "refused");

/** What to do after an upgrade was refused with HTTP `status`, for clients that are told. */
export const afterRefusal = (status: number): Verdict =>
  status === ERRORS.session_ended.status ? "over" : status < 500 && status !== 429 ? "refused" : "come_back";

/** Ms to wait before try number `attempt`, from 0. `random` is between 0 and 1: not all come at once. */
export const pauseBefore = (attempt: number, random: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + random / 2);
