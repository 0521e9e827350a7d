import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import type { CallPolicy } from "../../src/agent/call-policy.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import type { Facts } from "../../src/agent/facts.ts";
import { fn } from "../../src/agent/tool-list.ts";
import type { Json } from "../../src/base/json.ts";
import { LIMITS } from "../../src/base/limits.ts";
import type { ToolOutcome, ToolWord } from "../../src/conversation/events.ts";
import { failed } from "../../src/conversation/tool-failure.ts";
import { type BookedTool, CallBook, DONE_ALREADY, OVERTAKEN, type Work } from "../../src/tools/call-book.ts";
import { canonicalJson } from "../../src/tools/canonical-json.ts";
import type { Waiting } from "../../src/tools/shared-run.ts";
import type { ToolAnswer } from "../../src/tools/tool-answer.ts";
import { openToolBox } from "../../src/tools/tool-box.ts";
import type { ToolBox } from "../../src/tools/tool-runner.ts";
import { TestClock } from "./clock.ts";

const MINUTE = 60_000;
const ok = (value: Json): ToolOutcome => ({ status: "ok", value });

let clock: TestClock;
let book: CallBook;
let runs: number;
beforeEach(() => {
  clock = new TestClock();
  book = new CallBook(clock);
  runs = 0;
});

/** What the model is told of a call, while nothing is known of the caller. */
const booked = async (tool: BookedTool, args: Json, work: Work, waiting: Waiting): Promise<ToolOutcome> =>
  (await book.run(tool, args, {}, work, waiting)).outcome;

const quiet = () => ({ signal: new AbortController().signal, progress: () => {} });

/** Calls a tool that answers at once, with the number of its runs. */
const call = (
  name: string,
  policy: CallPolicy,
  args: Json = {},
  answer?: ToolOutcome,
): Promise<ToolOutcome> =>
  booked({ name, policy, supersede: false }, args, async () => ({ outcome: answer ?? ok(++runs) }), quiet());

/** A tool that answers when it is told to. */
const held = () => {
  let answer = (_: ToolAnswer): void => {};
  let tell = (_: string): void => {};
  const signals: AbortSignal[] = [];
  const work: Work = (signal, progress) => {
    signals.push(signal);
    tell = progress;
    return new Promise((resolve) => {
      answer = resolve;
    });
  };
  return {
    work,
    signals,
    answer: (outcome: ToolOutcome, word?: ToolWord) => answer(word ? { outcome, word } : { outcome }),
    tell: (words: string) => tell(words),
  };
};

const cached: CallPolicy = { cache: { freshMs: MINUTE } };

describe("an answer that may be kept", () => {
  it("is given again while it is fresh, and fetched anew after", async () => {
    expect(await call("balance", cached)).toEqual(ok(1));
    clock.pass(MINUTE - 1);
    expect(await call("balance", cached)).toEqual(ok(1));
    clock.pass(1);
    expect(await call("balance", cached)).toEqual(ok(2));
  });

  it("is for the same arguments, in whatever order they are written", async () => {
    expect(await call("balance", cached, { a: 1, b: { c: 2, d: 3 } })).toEqual(ok(1));
    expect(await call("balance", cached, { b: { d: 3, c: 2 }, a: 1 })).toEqual(ok(1));
    expect(await call("balance", cached, { a: 1, b: { c: 2, d: 4 } })).toEqual(ok(2));
    expect(await call("rates", cached, { a: 1, b: { c: 2, d: 3 } })).toEqual(ok(3));
  });

  it("is not kept when it is a failure, or when nobody said it may be", async () => {
    expect(await call("balance", cached, {}, failed("timeout"))).toMatchObject({ status: "failed" });
    expect(await call("balance", cached)).toEqual(ok(1));
    expect([await call("now", {}), await call("now", {})]).toEqual([ok(2), ok(3)]);
  });

  it("is dropped when a tool runs that changes it, whether that went well or not", async () => {
    await call("balance", cached);
    await call("rates", cached);
    await call("transfer", { invalidates: ["balance"] }, {}, failed("timeout"));
    expect(await call("balance", cached)).toEqual(ok(3));
    expect(await call("rates", cached)).toEqual(ok(2));
  });

  it("is not kept when it was read while that tool ran, nor shared with who asks after", async () => {
    const reading = held();
    const early = booked({ name: "balance", policy: cached, supersede: false }, {}, reading.work, quiet());
    await call("transfer", { invalidates: ["balance"] }, {}, ok("done"));
    expect(await call("balance", cached)).toEqual(ok(1));
    reading.answer(ok("from before"));
    expect(await early).toEqual(ok("from before"));
    expect(await call("balance", cached)).toEqual(ok(1));
  });

  it("is fetched once for two who ask at once, and neither's leaving harms the other", async () => {
    const { work, signals, answer } = held();
    const leaving = new AbortController();
    const tool = { name: "balance", policy: cached, supersede: false };
    const first = booked(tool, {}, work, { signal: leaving.signal, progress: () => {} });
    const second = booked(tool, {}, work, quiet());
    leaving.abort();
    expect(await first).toEqual(failed("cancelled"));
    answer(ok(5));
    expect(await second).toEqual(ok(5));
    expect(signals).toHaveLength(1);
  });

  it("is called off when nobody waits for it any more", async () => {
    const { work, signals } = held();
    const leaving = new AbortController();
    const waiting = { signal: leaving.signal, progress: () => {} };
    const run = booked({ name: "balance", policy: cached, supersede: false }, {}, work, waiting);
    leaving.abort();
    expect(await run).toEqual(failed("cancelled"));
    expect(signals[0]?.aborted).toBe(true);
    expect(await call("balance", cached)).toEqual(ok(1));
  });

  it("makes room for newer ones", async () => {
    for (let i = 0; i <= LIMITS.toolAnswersKept; i++) await call("balance", cached, { i });
    const before = runs;
    await call("balance", cached, { i: LIMITS.toolAnswersKept });
    expect(runs).toBe(before);
    await call("balance", cached, { i: 0 });
    expect(runs).toBe(before + 1);
  });
});

describe("a call that must not happen twice", () => {
  const once: CallPolicy = { idempotent: false };

  it("happens once within its time, and both calls have its outcome", async () => {
    expect(await call("transfer", once, { amount: 5 })).toEqual(ok(1));
    expect(await call("transfer", once, { amount: 5 })).toEqual(ok(1));
    expect(await call("transfer", once, { amount: 6 })).toEqual(ok(2));
    clock.pass(LIMITS.sameCallMs);
    expect(await call("transfer", once, { amount: 5 })).toEqual(ok(3));
  });

  it("has a time of its own if the tool says so", async () => {
    await call("transfer", { ...once, onceWithinMs: 5 });
    clock.pass(5);
    expect(await call("transfer", once)).toEqual(ok(2));
  });

  it("keeps a failure too, since nobody knows how far it came; but not refused arguments", async () => {
    expect(await call("transfer", once, { a: 1 }, failed("timeout"))).toEqual(failed("timeout"));
    expect(await call("transfer", once, { a: 1 })).toEqual(failed("timeout"));
    await call("transfer", once, { a: 2 }, failed("bad_arguments"));
    expect(await call("transfer", once, { a: 2 })).toEqual(ok(1));
  });

  it("is not forgotten because another tool outdates what it said", async () => {
    await call("transfer", once);
    await call("other", { invalidates: ["transfer"] });
    expect(await call("transfer", once)).toEqual(ok(1));
  });

  it("is not left half done: it ends though nobody waits, and whoever asks again is told how", async () => {
    const { work, signals, answer } = held();
    const leaving = new AbortController();
    const tool = { name: "transfer", policy: once, supersede: false };
    const first = booked(tool, {}, work, { signal: leaving.signal, progress: () => {} });
    leaving.abort();
    expect(await first).toEqual(failed("cancelled"));
    expect(signals[0]?.aborted).toBe(false);
    const second = booked(tool, {}, work, quiet());
    answer(ok("sent"));
    expect(await second).toEqual(ok("sent"));
    expect(await booked(tool, {}, work, quiet())).toEqual(ok("sent"));
    expect(signals).toHaveLength(1);
  });
});

describe("a changed mind", () => {
  const ask = (work: Work, question: string, progress: (words: string) => void = () => {}) =>
    booked({ name: "mortgage", policy: {}, supersede: true }, { question }, work, { ...quiet(), progress });

  it("calls off the question that still runs, with words, and answers the new one", async () => {
    const [one, two] = [held(), held()];
    const told: string[] = [];
    const first = ask(one.work, "fifteen years?", (words) => told.push(words));
    const second = ask(two.work, "thirty years?");
    expect(await first).toEqual(failed("cancelled", OVERTAKEN));
    expect(one.signals[0]?.aborted).toBe(true);
    one.tell("Still at it.");
    one.answer(ok("late"));
    two.answer(ok("thirty"));
    expect(await second).toEqual(ok("thirty"));
    expect(told).toEqual([]);
  });

  it("is none when the same question is asked again: it is answered once for both", async () => {
    const { work, signals, answer } = held();
    const both = [ask(work, "fifteen years?"), ask(work, "fifteen years?")];
    answer(ok("fifteen"));
    expect(await Promise.all(both)).toEqual([ok("fifteen"), ok("fifteen")]);
    expect(signals).toHaveLength(1);
  });

  it("does not stop half-way what must not happen twice", async () => {
    const { work, signals, answer } = held();
    const order = { name: "order", policy: { idempotent: false }, supersede: true };
    const first = booked(order, { item: "tea" }, work, quiet());
    await booked(order, { item: "milk" }, async () => ({ outcome: ok("milk") }), quiet());
    answer(ok("tea"));
    expect(await first).toEqual(ok("tea"));
    expect(signals[0]?.aborted).toBe(false);
  });

  it("does not call off questions of other tools, nor those of one that waits its turn", async () => {
    const { work, signals } = held();
    void booked({ name: "patient", policy: {}, supersede: false }, { question: "a" }, work, quiet());
    void booked({ name: "patient", policy: {}, supersede: false }, { question: "b" }, work, quiet());
    void ask(held().work, "c");
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  });
});

describe("the same call while other facts hold", () => {
  const [ann, bob] = [{ customer: "ann" }, { customer: "bob" }];
  const ask = (policy: CallPolicy, facts: Facts, word?: ToolWord): Promise<ToolAnswer> =>
    book.run(
      { name: "tool", policy, supersede: false },
      {},
      facts,
      async () => ({ outcome: ok(++runs), ...(word ? { word } : {}) }),
      quiet(),
    );
  const once: CallPolicy = { idempotent: false };

  it("is another call: nobody is told what was kept for somebody else", async () => {
    expect(await ask(cached, ann)).toEqual({ outcome: ok(1) });
    expect(await ask(cached, bob)).toEqual({ outcome: ok(2) });
    expect(await ask(cached, {})).toEqual({ outcome: ok(3) });
    expect(await ask(cached, ann)).toEqual({ outcome: ok(1) });
  });

  it("does not join the one that runs for somebody else", async () => {
    const { work, signals, answer } = held();
    const tool = { name: "balance", policy: cached, supersede: false };
    const first = book.run(tool, {}, ann, work, quiet());
    const second = book.run(tool, {}, bob, async () => ({ outcome: ok("bob's") }), quiet());
    answer(ok("ann's"));
    expect(await Promise.all([first, second])).toEqual([{ outcome: ok("ann's") }, { outcome: ok("bob's") }]);
    expect(signals).toHaveLength(1);
  });

  it("does not happen when it must not happen twice, and is not told how the first one went", async () => {
    expect(await ask(once, ann)).toEqual({ outcome: ok(1) });
    expect(await ask(once, bob)).toEqual({ outcome: failed("refused", DONE_ALREADY) });
    expect(await ask(once, ann)).toEqual({ outcome: ok(1) });
    clock.pass(LIMITS.sameCallMs);
    expect(await ask(once, bob)).toEqual({ outcome: ok(2) });
  });

  it("does not join one that must not happen twice and still runs", async () => {
    const { work, answer } = held();
    const tool = { name: "transfer", policy: once, supersede: false };
    const first = book.run(tool, {}, ann, work, quiet());
    expect(await book.run(tool, {}, bob, work, quiet())).toEqual({
      outcome: failed("refused", DONE_ALREADY),
    });
    answer(ok("sent"));
    expect(await first).toEqual({ outcome: ok("sent") });
  });

  it("is the same call where only those differ that it has set itself", async () => {
    const word = { facts: { receipt: "r-1", hold: null } };
    expect(await ask(once, { ...ann, hold: true }, word)).toEqual({ outcome: ok(1), word });
    expect(await ask(once, { ...ann, receipt: "r-1" })).toEqual({ outcome: ok(1) });
    expect(await ask(once, { ...bob, receipt: "r-1" })).toEqual({ outcome: failed("refused", DONE_ALREADY) });
  });
});

describe("a word for the session", () => {
  const word = { facts: { verified: true }, next: "banking" };
  const tool = (policy: CallPolicy) => ({ name: "sign_in", policy, supersede: false });

  it.each<[string, CallPolicy]>([
    ["may be kept", cached],
    ["must not happen twice", { idempotent: false }],
  ])(
    "is told once of one run, to the first who is told the outcome, of a call that %s",
    async (_, policy) => {
      const { work, answer } = held();
      const leaving = new AbortController();
      const gone = book.run(tool(policy), {}, {}, work, { ...quiet(), signal: leaving.signal });
      const both = [1, 2].map(() => book.run(tool(policy), {}, {}, work, quiet()));
      leaving.abort();
      answer(ok("hello"), word);
      expect(await gone).toEqual({ outcome: failed("cancelled") });
      expect(await Promise.all(both)).toEqual([{ outcome: ok("hello"), word }, { outcome: ok("hello") }]);
      expect(await book.run(tool(policy), {}, {}, work, quiet())).toEqual({ outcome: ok("hello") });
    },
  );

  it("waits for who asks, when the answer was fetched ahead or nobody had waited for it", async () => {
    const { work, answer } = held();
    const ahead = book.run(tool(cached), {}, {}, work, { ...quiet(), ahead: true });
    answer(ok("hello"), word);
    expect(await ahead).toEqual({ outcome: ok("hello") });
    const again = { ...quiet(), ahead: true };
    expect(await book.run(tool(cached), {}, {}, work, again)).toEqual({ outcome: ok("hello") });
    expect(await book.run(tool(cached), {}, {}, work, quiet())).toEqual({ outcome: ok("hello"), word });
  });
});

describe("arguments written canonically", () => {
  it("are the same for the same value and no other", () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (a, b) => {
        const [one, other] = [JSON.parse(a), JSON.parse(b)];
        expect(JSON.parse(canonicalJson(one))).toEqual(one);
        expect(canonicalJson(one) === canonicalJson(other)).toBe(
          canonicalJson(JSON.parse(canonicalJson(one))) === canonicalJson(other),
        );
      }),
    );
    expect(canonicalJson({ b: [2, { d: 1, c: 2 }], a: 1 })).toBe('{"a":1,"b":[2,{"c":2,"d":1}]}');
  });
});

describe("a tool box", () => {
  const CONTEXT = { session: "s1", agent: "first", caller: null, tenant: null, segment: "main", facts: {} };
  const boxOf = (policy: CallPolicy) => {
    const tools = [
      fn({ name: "balance", description: "b", input: z.object({}), ...policy, run: () => ++runs }),
      fn({ name: "pay", description: "p", input: z.object({}), invalidates: ["balance"], run: () => ++runs }),
    ];
    return openToolBox(defineAgent({ name: "first", prompt: "x", tools }), {}, { clock });
  };
  const run = async (box: ToolBox, name: string) => {
    const call = { call: "t1", name, arguments: {}, timeoutMs: 1_000, segment: "main", facts: {} };
    return (await box.run(call, CONTEXT, new AbortController().signal)).outcome;
  };

  it("keeps, and drops, as its tools say", async () => {
    const box = await boxOf(cached);
    expect([await run(box, "balance"), await run(box, "balance")]).toEqual([ok(1), ok(1)]);
    await run(box, "pay");
    expect(await run(box, "balance")).toEqual(ok(3));
  });

  it("fetches ahead what may be kept, so that nobody waits for it", async () => {
    const box = await boxOf(cached);
    await box.prefetch("balance", {}, CONTEXT);
    expect(runs).toBe(1);
    expect(await run(box, "balance")).toEqual(ok(1));
  });

  it("fetches nothing ahead that is not kept, or not there, or wrongly asked for", async () => {
    const box = await boxOf({});
    await box.prefetch("balance", {}, CONTEXT);
    await box.prefetch("pay", {}, CONTEXT);
    await box.prefetch("nobody", {}, CONTEXT);
    await (await boxOf(cached)).prefetch("balance", "[", CONTEXT);
    expect(runs).toBe(0);
  });
});
