/**
 * The doctor's findings as lines on a terminal.
 */
import { type Mend, mendFor } from "../../doctor/mends.ts";
import type { Observation } from "../../doctor/observation.ts";
import { duration } from "./terminal.ts";

/** AWS forgives five minutes; from a tenth of that on it is worth a word. */
const CLOCK_WORTH_A_WORD_MS = 30_000;

export interface Patient {
  readonly region: string;
  readonly model: string;
  readonly accessKeyId: string;
  readonly hasSessionToken: boolean;
}

type Failed = Extract<Observation, { step: "failed" }>;

const line = (mark: string, name: string, text: string): string => `  ${mark} ${name.padEnd(10)} ${text}`;

/** One step, as a line; with the mend below it when it failed. */
export const describeObservation = (seen: Observation, patient: Patient): string => {
  switch (seen.step) {
    case "reached":
      return line(
        clockIsOff(seen.clockMs) ? "!" : "✓",
        "reached",
        `${seen.endpoint} in ${duration(seen.ms)}${clock(seen.clockMs)}`,
      );
    case "opened":
      return line("✓", "door", `opened in ${duration(seen.ms)}`);
    case "accepted":
      return line("✓", "prologue", `accepted, first sign after ${duration(seen.ms)}`);
    case "words":
      return line("✓", "words", `after ${duration(seen.ms)}: “${seen.text}”`);
    case "audio":
      return line("✓", "audio", `first after ${duration(seen.ms)}`);
    case "spoke":
      return line("✓", "speech", `${duration(seen.audioMs)} of it`);
    case "closed":
      return line("✓", "goodbye", `closed in order in ${duration(seen.ms)}`);
    case "failed":
      return [line("✗", STEP_NAMES[seen.at], words(seen)), ...describeMend(mendOf(seen, patient))].join("\n");
  }
};

export const mendOf = (seen: Failed, patient: Patient): Mend => mendFor(seen.refusal, patient);

const STEP_NAMES: Readonly<Record<Failed["at"], string>> = {
  settings: "settings",
  reached: "reach",
  opened: "door",
  accepted: "prologue",
  audio: "audio",
  closed: "goodbye",
};

/** What AWS said, in its own words: this is the builder's own machine. */
const words = ({ refusal: { status, name, message } }: Failed): string =>
  [status === null ? "" : String(status), name, message.replace(WORKERD_ALONE, "no connection")]
    .filter((part) => part !== "")
    .join(" ");

/** All that workerd says when it cannot connect; the reference leads nowhere on a builder's machine. */
const WORKERD_ALONE = /internal error; reference = \w+/;

const describeMend = ({ problem, steps, code }: Mend): readonly string[] => [
  `    ${problem} [${code}]`,
  ...steps.map((step) => `    → ${step}`),
];

const clockIsOff = (clockMs: number | null): boolean =>
  clockMs !== null && Math.abs(clockMs) > CLOCK_WORTH_A_WORD_MS;

const clock = (clockMs: number | null): string => {
  if (clockMs === null) return "";
  const off = `${duration(Math.abs(clockMs))} ${clockMs < 0 ? "behind" : "ahead"}`;
  if (!clockIsOff(clockMs)) return `, clock within ${duration(Math.max(Math.abs(clockMs), 1000))}`;
  return `, but this machine's clock is ${off}: signatures fail from five minutes on, so set it by the network`;
};

/** An access key id that can be recognised and not used. */
export const masked = (accessKeyId: string): string =>
  accessKeyId.length < 12 ? "…" : `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;
