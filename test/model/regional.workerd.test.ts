import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { UpgradeFailure } from "../../src/aws/upgrade-failure.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { err, ok } from "../../src/base/result.ts";
import type { ModelEvent, StreamEnd } from "../../src/conversation/events.ts";
import { createNovaSonic } from "../../src/model/nova-sonic/nova-sonic.ts";
import { createRegionHealth } from "../../src/model/region-health.ts";
import { createRegional } from "../../src/model/regional.ts";
import { Arrivals } from "../workerd/arrivals.ts";
import { countingIds, spec } from "./nova-sonic/spec.ts";
import { openSent, type Sent } from "./nova-sonic/wire.ts";

const EAST = "us-east-1";
const WEST = "us-west-2";
const REGIONS = [EAST, WEST];
const MODEL = "amazon.nova-2-sonic-v1:0";

type Answer = UpgradeFailure | "open" | "never";
const refusal = (status: number, errorType = ""): UpgradeFailure => ({
  type: "refused",
  status,
  errorType,
  message: "no",
});
const DEAD: UpgradeFailure = { type: "unreachable", cause: "no route" };

/** One region's end: how its door answers, and what it was sent. */
class Region {
  answer: Answer = "open";
  readonly dialled = new Arrivals<AbortSignal>();
  readonly opened = new Arrivals<WebSocket>();
  readonly sent = new Arrivals<Sent>();
  readonly closed = new Arrivals<number>();

  async dial(signal: AbortSignal) {
    this.dialled.push(signal);
    const { answer } = this;
    if (answer === "never") {
      await new Promise((gone) => signal.addEventListener("abort", gone));
      return err<UpgradeFailure>({ type: "unreachable", cause: "given up" });
    }
    if (answer !== "open") return err(answer);
    const { 0: ours, 1: far } = new WebSocketPair();
    far.binaryType = "arraybuffer";
    far.addEventListener("message", ({ data }) =>
      this.sent.push(openSent(new Uint8Array(data as ArrayBuffer))),
    );
    far.addEventListener("close", ({ code }) => this.closed.push(code));
    far.accept();
    this.opened.push(far);
    return ok(ours);
  }
}

const world = (random = () => 0) => {
  const ends: Record<string, Region> = { [EAST]: new Region(), [WEST]: new Region() };
  const end = (region: string): Region => ends[region] ?? new Region();
  const log: string[] = [];
  const clock = { now: () => Date.now() };
  const nova = createNovaSonic({
    credentials: () => ({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a-secret" }),
    endpoint: null,
    dial: ({ url, signal }) => end(/bedrock-runtime\.([\w-]+)\./.exec(url)?.[1] ?? "").dial(signal),
    clock,
    ids: countingIds(),
  });
  const health = createRegionHealth(random);
  const model = createRegional(nova, {
    health,
    clock,
    log: (_, event, fields) => log.push(`${event} ${fields?.region}`),
  });
  const open = (regions: readonly string[] = REGIONS) => {
    const told = new Arrivals<ModelEvent>();
    const [region = EAST] = regions;
    const stream = model.open({ model: MODEL, region, regions }, (event) => told.push(event));
    const first = async (type: ModelEvent["type"]) => told.first((event) => event.type === type);
    return {
      stream,
      told,
      opened: () => first("opened"),
      ended: async (): Promise<StreamEnd> => {
        const event = await first("ended");
        return event.type === "ended" ? event.end : { type: "finished" };
      },
    };
  };
  return { east: end(EAST), west: end(WEST), open, log, model };
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a stream that may be opened in two regions", () => {
  it("is opened in the first, and the second is left in peace", async () => {
    const { east, west, open, log } = world();
    const call = open();
    expect(await call.opened()).toMatchObject({ region: EAST });
    await vi.advanceTimersByTimeAsync(2 * LIMITS.hedgeMs);
    call.stream.begin(spec());
    await east.sent.first(({ name }) => name === "sessionStart");
    expect(west.dialled.all).toEqual([]);
    expect(log).toEqual([`stream_opened ${EAST}`]);
    call.stream.abort();
  });

  it.each([
    ["is dead", DEAD],
    ["is ill", refusal(503, "ServiceUnavailableException")],
    ["has no room", refusal(429, "ThrottlingException")],
    ["does not have the model", refusal(404, "ResourceNotFoundException")],
  ])("is opened in the second at once when the first %s", async (_, answer) => {
    const { east, open, log } = world();
    east.answer = answer;
    const call = open();
    expect(await call.opened()).toMatchObject({ region: WEST });
    expect(log).toEqual([`region_failed ${EAST}`, `stream_opened ${WEST}`]);
    call.stream.abort();
  });

  it("is opened in the second when the first is slow, and the first is given up", async () => {
    const { east, west, open, log } = world();
    east.answer = "never";
    const call = open();
    await vi.advanceTimersByTimeAsync(LIMITS.hedgeMs - 1);
    expect(west.dialled.all).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await call.opened()).toMatchObject({ region: WEST, connectMs: LIMITS.hedgeMs });
    expect(east.dialled.all[0]?.aborted).toBe(true);
    expect(log).toEqual([`region_slow ${EAST}`, `stream_opened ${WEST}`]);
    call.stream.abort();
  });

  it("is begun in one region only, though both doors open", async () => {
    const { east, west, open } = world();
    const late = Promise.withResolvers<void>();
    const dial = east.dial.bind(east);
    east.dial = async (signal) => {
      await late.promise;
      return dial(signal);
    };
    const call = open();
    call.stream.begin(spec());
    await vi.advanceTimersByTimeAsync(LIMITS.hedgeMs);
    await call.opened();
    late.resolve();
    // The late one is hung up on before a word is said.
    await east.closed.first(() => true);
    await west.sent.first(({ name, body }) => name === "contentStart" && body.type === "AUDIO");
    expect(east.sent.all).toEqual([]);
    expect(call.told.all.filter(({ type }) => type === "opened")).toHaveLength(1);
    call.stream.abort();
  });

  it("says what is worth most when no region opens: no room passes, a refusal does not", async () => {
    const { east, west, open } = world();
    east.answer = refusal(429, "ThrottlingException");
    west.answer = refusal(403, "AccessDeniedException");
    expect((await open().ended()).type).toBe("busy");
    const other = world();
    other.east.answer = refusal(403, "AccessDeniedException");
    other.west.answer = DEAD;
    expect((await other.open().ended()).type).toBe("unreachable");
  });

  it("ends once, as asked, however it is let go while it dials", async () => {
    for (const how of ["finish", "abort"] as const) {
      const { east, west, open } = world();
      east.answer = "never";
      west.answer = "never";
      const call = open();
      await vi.advanceTimersByTimeAsync(LIMITS.hedgeMs);
      call.stream[how]();
      expect(call.told.all).toEqual([{ type: "ended", end: { type: "finished" } }]);
      expect([...east.dialled.all, ...west.dialled.all].map(({ aborted }) => aborted)).toEqual([true, true]);
      await vi.advanceTimersByTimeAsync(LIMITS.streamOpenMs);
      expect(call.told.all).toHaveLength(1);
    }
  });

  it("gives up when neither region answers in time", async () => {
    const { east, west, open } = world();
    east.answer = "never";
    west.answer = "never";
    const call = open();
    await vi.advanceTimersByTimeAsync(LIMITS.hedgeMs + LIMITS.streamOpenMs);
    expect((await call.ended()).type).toBe("unreachable");
  });
});

describe("a region that has failed", () => {
  const openedIn = async (open: ReturnType<typeof world>["open"]) => {
    const call = open();
    const event = await call.opened();
    call.stream.abort();
    return event.type === "opened" ? event.region : null;
  };

  it("is passed over for a while, and comes back", async () => {
    const { east, open } = world();
    east.answer = DEAD;
    expect(await openedIn(open)).toBe(WEST);
    east.answer = "open";
    expect(await openedIn(open)).toBe(WEST);
    expect(east.dialled.all).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(LIMITS.regionRestUnreachableMs);
    expect(await openedIn(open)).toBe(EAST);
  });

  it("rests for half as long again at most, by chance, so that not all come back at once", async () => {
    const { east, open } = world(() => 0.999);
    east.answer = refusal(429, "ThrottlingException");
    expect(await openedIn(open)).toBe(WEST);
    east.answer = "open";
    await vi.advanceTimersByTimeAsync(LIMITS.regionRestBusyMs * 1.4);
    expect(await openedIn(open)).toBe(WEST);
    await vi.advanceTimersByTimeAsync(LIMITS.regionRestBusyMs * 0.1);
    expect(await openedIn(open)).toBe(EAST);
  });

  it("is asked all the same when the others have failed as well", async () => {
    const { east, west, open } = world();
    east.answer = DEAD;
    west.answer = DEAD;
    await open().ended();
    east.answer = "open";
    expect(await openedIn(open)).toBe(EAST);
  });

  it("in the middle of a stream is left by the next", async () => {
    const { east, open } = world();
    const call = open();
    await call.opened();
    const far = await east.opened.first(() => true);
    far.close(1013, "come back later");
    expect((await call.ended()).type).toBe("busy");
    expect(await openedIn(open)).toBe(WEST);
  });

  it("is not blamed for a stream that was merely lost", async () => {
    const { east, open } = world();
    const call = open();
    await call.opened();
    (await east.opened.first(() => true)).close(1000);
    expect((await call.ended()).type).toBe("lost");
    expect(await openedIn(open)).toBe(EAST);
  });

  it("where there is no other is asked again and again", async () => {
    const { east, open } = world();
    east.answer = DEAD;
    for (const _ of [1, 2, 3]) expect((await open([EAST]).ended()).type).toBe("unreachable");
    expect(east.dialled.all).toHaveLength(3);
  });
});
