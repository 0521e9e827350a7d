/**
 * The faults of the emulator that a storm may order (docs/emulator.md, "Faults"), by what they may strike: any stream, a
 * service that tools ask, or the streams of guests, whose calls may come to an end by it.
 */
import type { Random } from "../bench/hand-over/random.ts";

/** As the emulator's control endpoint takes it. */
export interface FaultOrder {
  readonly fault: { readonly type: string; readonly [member: string]: unknown };
  readonly stream?: "next" | "running";
  readonly when?: "now" | "mid_answer";
  readonly times?: number;
  readonly region?: string;
  readonly service?: (typeof SERVICES)[number];
}

type Maker = (random: Random) => FaultOrder;

/** Streams that run, or the next; at once, or in the middle of an answer. */
const moment = (random: Random): Pick<FaultOrder, "stream" | "when"> => ({
  stream: random.pick(["next", "running"]),
  when: random.pick(["now", "mid_answer"]),
});

/** What a call survives, whichever of its streams it strikes. */
const FAULTS: readonly [Maker, ...Maker[]] = [
  (random) => ({ fault: { type: "error" }, ...moment(random) }),
  ...[
    "modelStreamErrorException",
    "modelTimeoutException",
    "throttlingException",
    "internalServerException",
    "serviceUnavailableException",
  ].map((exception) => (random: Random) => ({ fault: { type: "exception", exception }, ...moment(random) })),
  () => ({ fault: { type: "exception", exception: "validationException" }, when: "mid_answer" }),
  (random) => ({ fault: { type: "internal531" }, ...moment(random) }),
  (random) => ({ fault: { type: "cut" }, ...moment(random) }),
  // Other codes say right after the prologue that it would go the same way every time.
  (random) => ({
    fault: { type: "close", code: random.pick([1000, 1001, 1011, 1012, 1013]) },
    ...moment(random),
  }),
  () => ({ fault: { type: "echo" }, stream: "running" }),
  (random) => ({ fault: { type: "stall", ms: random.between(500, 4_000) }, ...moment(random) }),
  () => ({ fault: { type: "stall" } }),
  (random) => ({ fault: { type: "slow_first_byte", ms: random.between(1_000, 4_000) }, stream: "running" }),
  ...["join_frames", "split_frames", "padding", "unknown_event", "duplicate_tool_use"].map(
    (type) => (): FaultOrder => ({ fault: { type }, stream: "running" }),
  ),
  ...["not_a_frame", "bad_crc", "bad_json", "text_message"].map((kind) => (random: Random) => ({
    fault: { type: "garbage", kind },
    ...moment(random),
  })),
  ...[402, 408, 409, 424, 429, 500, 503].map((status) => (random: Random) => ({
    fault: { type: "refuse", status },
    times: random.between(1, 3),
  })),
];

export const SERVICES = ["converse", "agentcore", "mcp", "a2a"] as const;

const SERVICE_FAULTS: readonly [Maker, ...Maker[]] = [
  (random) => ({
    fault: {
      type: "refuse",
      status: random.pick([400, 401, 402, 403, 404, 408, 409, 413, 424, 429, 500, 502, 503]),
    },
  }),
  (random) => ({ fault: { type: "exception", exception: "throttlingException" }, ...half(random) }),
  (random) => ({ fault: { type: "exception", exception: "internalServerException" }, ...half(random) }),
  (random) => ({ fault: { type: "cut" }, ...half(random) }),
  (random) => ({ fault: { type: "stall", ms: random.between(500, 4_000) }, ...half(random) }),
  (random) => ({ fault: { type: "stall" }, ...half(random) }),
  (random) => ({ fault: { type: "slow_first_byte", ms: random.between(500, 4_000) } }),
  () => ({ fault: { type: "garbage" } }),
];

const half = (random: Random): Pick<FaultOrder, "when"> => ({ when: random.pick(["now", "mid_answer"]) });

/** What ends a call, in order and with words: it would go the same way every time. */
const LAST_FAULTS: readonly [FaultOrder, ...FaultOrder[]] = [
  { fault: { type: "exception", exception: "validationException", message: "Received invalid voiceId" } },
  ...[400, 401, 403, 404].map((status) => ({ fault: { type: "refuse", status } })),
];

export const streamFault = (random: Random): FaultOrder => random.pick(FAULTS)(random);

export const serviceFault = (random: Random): FaultOrder => ({
  ...random.pick(SERVICE_FAULTS)(random),
  service: random.pick(SERVICES),
  times: random.between(1, 3),
});

export const lastFault = (random: Random, region: string): FaultOrder => ({
  ...random.pick(LAST_FAULTS),
  region,
});
