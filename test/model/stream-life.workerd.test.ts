/**
 * What every stream keeps to, whichever model it leads to.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Upgrade } from "../../src/aws/upgrade.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { StreamSpec } from "../../src/conversation/events.ts";
import { dialCall as dialAgent } from "../workerd/agentcore/agent-end.ts";
import { dialCall as dialNova } from "../workerd/bedrock-end.ts";
import { spec } from "./nova-sonic/spec.ts";

interface Options {
  readonly clock?: { now: () => number };
  readonly credentials?: () => Promise<never>;
  readonly dial?: Upgrade;
}

/** Both, with what they send first, what it holds, and a message that makes no sense to them. */
const MODELS = [
  {
    name: "Nova Sonic",
    call: (changes: Partial<StreamSpec> = {}, options: Options = {}) => {
      const call = dialNova(changes, options);
      return { ...call, lines: () => call.sent.all.map(({ json }) => json) };
    },
    first: "sessionStart",
    nonsense: "%%%",
  },
  {
    name: "a hosted agent",
    call: (changes: Partial<StreamSpec> = {}, options: Options = {}) => {
      const call = dialAgent(changes, options);
      return { ...call, lines: () => call.sent.all.map((said) => JSON.stringify(said)) };
    },
    first: '"type":"config"',
    nonsense: "nonsense",
  },
];

/** Only timers stand still; sockets run on. */
const stopTimers = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
afterEach(() => {
  vi.useRealTimers();
});

describe.each(MODELS)("a stream to $name", ({ call: dial, first, nonsense }) => {
  const types = (call: ReturnType<typeof dial>) => call.told.all.map(({ type }) => type);
  const opened = async (changes: Partial<StreamSpec> = {}) => {
    const call = dial(changes);
    call.answer();
    await call.opened();
    return call;
  };
  /** The other end has everything by then. */
  const gone = async (call: ReturnType<typeof dial>) => {
    call.stream.abort();
    return call.closed.first(() => true);
  };

  it("says nothing before it begins, and drops what it is given till then", async () => {
    const call = dial();
    call.stream.sendAudio(new Uint8Array(640));
    call.stream.sendText("Too soon");
    call.answer();
    await call.opened();
    call.stream.sendAudio(new Uint8Array(640));
    call.stream.sendText("Too soon");
    call.stream.begin(spec({ prompt: "Now." }));
    call.stream.sendText("In time");
    await gone(call);
    const [beginning = "", ...rest] = call.lines();
    expect(beginning).toContain(first);
    expect(rest.join()).toContain("In time");
    expect(call.lines().join()).not.toMatch(/Too soon|"audioInput"|"bidi_audio_input"/);
    expect(types(call)).toEqual(["opened", "ended"]);
  });

  it("begins with what it is given then, whatever it was opened with", async () => {
    const call = await opened({ prompt: "You are too early." });
    call.stream.begin(
      spec({ prompt: "You are in time.", history: [{ role: "caller", text: "The newest word." }] }),
    );
    await gone(call);
    expect(call.lines().join()).toContain("You are in time.");
    expect(call.lines().join()).toContain("The newest word.");
    expect(call.lines().join()).not.toContain("too early");
  });

  it("begins once", async () => {
    const call = await opened();
    call.stream.begin(spec({ prompt: "First." }));
    call.stream.begin(spec({ prompt: "Second." }));
    await gone(call);
    expect(call.lines().filter((line) => line.includes(first))).toHaveLength(1);
    expect(call.lines().join()).not.toContain("Second.");
  });

  it("that is begun too soon begins when the door opens, with what it was given first", async () => {
    const call = dial();
    call.stream.begin(spec({ prompt: "First." }));
    call.stream.begin(spec({ prompt: "Second." }));
    call.stream.sendText("Too soon");
    call.answer();
    await call.opened();
    call.stream.begin(spec({ prompt: "Third." }));
    call.stream.sendText("In time");
    await gone(call);
    expect(call.lines().join()).toMatch(/First\..*In time/s);
    expect(call.lines().join()).not.toMatch(/Second\.|Third\.|Too soon/);
  });

  it("tells how long the upgrade took", async () => {
    let now = 1_000_000;
    const call = dial({}, { clock: { now: () => now } });
    now += 120;
    call.answer();
    await call.opened();
    expect(call.told.all).toEqual([{ type: "opened", connectMs: 120 }]);
    await gone(call);
  });

  it("is unreachable when nobody answers in time, and hangs up on a late answer", async () => {
    stopTimers();
    const call = dial();
    await vi.advanceTimersByTimeAsync(LIMITS.streamOpenMs);
    expect(await call.end()).toMatchObject({ type: "unreachable" });
    call.answer();
    expect(await call.closed.first(() => true)).toEqual({ code: 1000 });
    expect(call.lines()).toEqual([]);
    expect(types(call)).toEqual(["ended"]);
  });

  it("is not given up as unreachable while it waits to begin", async () => {
    stopTimers();
    const call = await opened();
    await vi.advanceTimersByTimeAsync(LIMITS.streamOpenMs * 2);
    expect(types(call)).toEqual(["opened"]);
    call.stream.begin(spec());
    await gone(call);
    expect(call.lines()[0]).toContain(first);
  });

  it("tells why the door stayed shut, without a word that is secret", async () => {
    const call = dial();
    call.answer({
      type: "refused",
      status: 403,
      errorType: "AccessDeniedException",
      message: "AKIAIOSFODNN7EXAMPLE may not GET https://h/p?X-Amz-Signature=0123456789abcdef",
    });
    const end = await call.end();
    expect(end).toMatchObject({
      type: "refused",
      cause: expect.stringContaining("HTTP 403 AccessDeniedException"),
    });
    expect(JSON.stringify(end)).not.toMatch(/AKIA|0123456789/);
  });

  it("is refused when there are no credentials", async () => {
    const call = dial({}, { credentials: () => Promise.reject(new Error("no profile")) });
    expect(await call.end()).toEqual({ type: "refused", cause: "no credentials: no profile" });
    expect(call.dialled.all).toEqual([]);
  });

  it.each(["finish", "abort"] as const)("that is still dialled is given up by %s", async (how) => {
    const call = dial();
    const { signal } = await call.dialled.first(() => true);
    call.stream.begin(spec());
    call.stream[how]();
    expect(call.told.all).toEqual([{ type: "ended", end: { type: "finished" } }]);
    expect(signal.aborted).toBe(true);
    call.answer();
    expect(await call.closed.first(() => true)).toEqual({ code: 1000 });
    expect(call.lines()).toEqual([]);
  });

  it.each(["finish", "abort"] as const)("that never began is closed by %s without a word", async (how) => {
    const call = await opened();
    call.stream[how]();
    expect(call.told.all.at(-1)).toEqual({ type: "ended", end: { type: "finished" } });
    call.stream.begin(spec());
    expect(await call.closed.first(() => true)).toEqual({ code: 1000 });
    expect(call.lines()).toEqual([]);
    expect(types(call)).toEqual(["opened", "ended"]);
  });

  it("is lost when the other side closes it while it waits", async () => {
    const call = await opened();
    call.far.close(1000, "");
    expect(await call.end()).toMatchObject({ type: "lost" });
  });

  it("ends once, with abort at once, and takes nothing after it", async () => {
    const call = await opened();
    call.stream.begin(spec());
    call.stream.abort();
    expect(call.told.all.at(-1)).toEqual({ type: "ended", end: { type: "finished" } });
    call.stream.begin(spec());
    call.stream.sendAudio(new Uint8Array(640));
    call.stream.sendText("late");
    call.stream.sendToolResult("u1", { status: "ok", value: 1 });
    call.stream.finish();
    call.stream.abort();
    expect(await call.closed.first(() => true)).toEqual({ code: 1000 });
    expect(call.lines().join()).not.toContain("late");
    expect(types(call)).toEqual(["opened", "ended"]);
  });

  it("is finished, however it goes, once it was asked to", async () => {
    const call = await opened();
    call.stream.begin(spec());
    call.stream.finish();
    call.far.close(1011, "whatever");
    expect(await call.end()).toEqual({ type: "finished" });
  });

  it("fills no log with what it cannot read", async () => {
    const call = await opened();
    call.stream.begin(spec());
    for (let i = 0; i < 100; i++) call.far.send(nonsense);
    call.far.close(1000, "");
    await call.end();
    expect(call.notes.all).toHaveLength(20);
  });
});
