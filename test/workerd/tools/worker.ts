/**
 * Tool Workers, good and bad, as entrypoints of one Worker: the tests reach each over a real service binding.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import * as z from "zod";
import { answer } from "../../../src/agent/answered.ts";
import { SpeakableError } from "../../../src/agent/tool-errors.ts";
import { type QuestionContext, SubAgentWorker } from "../../../src/tools/sub-agent-worker.ts";
import { tool } from "../../../src/tools/tool.ts";
import { openToolBox } from "../../../src/tools/tool-box.ts";
import { ToolWorker } from "../../../src/tools/tool-worker.ts";

/** Opens a tool box as a session does, in a request of its own, with the isolate's own cache. */
export default {
  async fetch(_request: Request, env: object): Promise<Response> {
    const box = await openToolBox({ tools: [{ type: "binding", binding: "BOUND", only: null }] }, env);
    const call = { call: "t1", name: "good", arguments: {}, timeoutMs: 20_000, segment: "main", facts: {} };
    const context = { session: "s1", agent: "first", caller: null, tenant: null, segment: "main", facts: {} };
    const { outcome } = await box.run(call, context, new AbortController().signal);
    return Response.json(outcome);
  },
};

const nothing = z.object({});

/** How often each Worker was asked to describe itself, across requests. */
export const asked = new Map<string, number>();

/** As a builder writes it; its tools do what they should not. */
export class Manners extends ToolWorker<{ readonly GREETING: string }> {
  readonly tools = {
    echo: tool({
      description: "Gives back what it got.",
      input: z.object({
        count: z.int().min(1),
        word: z
          .string()
          .regex(/^[a-z]+$/)
          .default("hi"),
      }),
      run: ({ count, word }, { signal, ...context }) => ({ count, word, context, aborted: signal.aborted }),
    }),
    env: tool({ description: "Reads its own env.", input: nothing, run: () => this.env.GREETING }),
    nothing: tool({ description: "Gives nothing back.", input: nothing, run: async () => {} }),
    throws: tool({
      description: "Throws.",
      input: nothing,
      run: () => fail(new Error("password 1234 at db.internal")),
    }),
    throws_text: tool({ description: "Throws a text.", input: nothing, run: () => fail("password 1234") }),
    throws_nothing: tool({ description: "Throws undefined.", input: nothing, run: () => fail(undefined) }),
    throws_null_proxy: tool({ description: "Throws a trap.", input: nothing, run: () => fail(trap()) }),
    speaks: tool({
      description: "Fails with words.",
      input: nothing,
      run: () => fail(new SpeakableError("There is no such account.")),
    }),
    speaks_long: tool({
      description: "Fails with too many words.",
      input: nothing,
      run: () => fail(new SpeakableError("very ".repeat(10_000))),
    }),
    hangs: tool({
      description: "Never answers.",
      input: nothing,
      timeoutMs: 40,
      run: forAges,
    }),
  };
}

/** Still at it long after everybody has stopped waiting. (A promise without I/O behind it is ended by the runtime.) */
const forAges = (): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), 60_000));

function fail(what: unknown): null {
  throw what;
}

/** Whatever is done with it throws once more. */
const trap = (): unknown =>
  new Proxy(new Error("trap"), {
    get: () => fail(new Error("password 1234")),
    getPrototypeOf: () => fail(new Error("password 1234")),
  });

/** Tools written in JavaScript, where nothing keeps one from answering rubbish. */
export class Rubbish extends ToolWorker {
  readonly tools = Object.fromEntries(
    Object.entries(RUBBISH()).map(([name, give]) => [
      name,
      tool({ description: name, input: nothing, run: give as () => null }),
    ]),
  );
}

/** Answers of a well-mannered Worker's tools that are not what JSON can say, or far too much of it. */
function RUBBISH(): Record<string, () => unknown> {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  return {
    a_function: () => () => 1,
    a_function_inside: () => ({ ok: true, then_call: () => 1 }),
    a_cycle: () => cycle,
    a_bigint: () => ({ amount: 10n }),
    a_symbol: () => Symbol("x"),
    not_a_number: () => ({ amount: Number.NaN }),
    infinity: () => Number.POSITIVE_INFINITY,
    a_map: () => new Map([["a", 1]]),
    a_set: () => new Set([1]),
    an_error: () => new Error("password 1234"),
    a_response: () => new Response("x"),
    a_stream: () => new ReadableStream(),
    bytes: () => new Uint8Array(4),
    a_class: () => new (class Account {})(),
    an_invalid_date: () => new Date("never"),
    a_getter_that_throws: () =>
      Object.defineProperty({}, "x", { enumerable: true, get: () => fail(new Error("password")) }),
    ten_megabytes: () => "x".repeat(10_000_000),
    a_million_numbers: () => Array.from({ length: 1_000_000 }, (_, i) => i),
    deep: () => {
      let value: unknown = 1;
      for (let i = 0; i < 100_000; i++) value = [value];
      return value;
    },
  };
}

/** Speaks the two methods itself and answers `invoke` with whatever its arguments name. Not one answer is an outcome. */
export class Liar extends WorkerEntrypoint {
  async describe(): Promise<unknown> {
    const names = [...Object.keys(LIES()), "hangs", "is_dead", "throws", "throws_text"];
    return names.map((name) => ({ name, description: name, inputSchema: { type: "object" }, timeoutMs: 60 }));
  }

  async invoke({ name }: { readonly name: string }): Promise<unknown> {
    if (name === "hangs") return forAges();
    if (name === "is_dead") return new Promise(() => {});
    if (name === "throws") throw new Error("password 1234 at db.internal");
    if (name === "throws_text") throw "password 1234";
    return LIES()[name]?.();
  }
}

function LIES(): Record<string, () => unknown> {
  const cycle: { self?: unknown; status: string } = { status: "ok" };
  cycle.self = cycle;
  return {
    nothing: () => undefined,
    null: () => null,
    a_number: () => 42,
    a_text: () => "done",
    a_list: () => [{ status: "ok", value: 1 }],
    an_empty_object: () => ({}),
    a_function: () => () => ({ status: "ok", value: 1 }),
    no_value: () => ({ status: "ok" }),
    a_value_undefined: () => ({ status: "ok", value: undefined }),
    another_status: () => ({ status: "great", value: 1 }),
    a_status_that_is_a_list: () => ({ status: ["ok"], value: 1 }),
    no_words: () => ({ status: "failed", reason: "threw" }),
    words_that_are_none: () => ({ status: "failed", reason: "threw", say: { text: "hello" } }),
    no_reason: () => ({ status: "failed", say: "Sorry." }),
    a_cycle: () => cycle,
    a_cycle_as_value: () => ({ status: "ok", value: cycle }),
    a_bigint: () => ({ status: "ok", value: 1n }),
    a_map: () => new Map([["status", "ok"]]),
    a_map_as_value: () => ({ status: "ok", value: new Map() }),
    a_function_as_value: () => ({ status: "ok", value: () => 1 }),
    not_a_number: () => ({ status: "ok", value: Number.NaN }),
    bytes: () => ({ status: "ok", value: new Uint8Array(3) }),
    an_error: () => new Error("password 1234"),
    a_response: () => new Response("x"),
    ten_megabytes: () => ({ status: "ok", value: "x".repeat(10_000_000) }),
    ten_megabytes_of_words: () => ({ status: "failed", reason: "threw", say: "x".repeat(10_000_000) }),
    a_promise_inside: () => ({ status: "ok", value: new Promise(() => {}) }),
  };
}

/** Lies that are true enough: outcomes with something odd about them. */
export class Odd extends WorkerEntrypoint {
  async describe(): Promise<unknown> {
    return Object.keys(ODDITIES).map((name) => ({
      name,
      description: name,
      inputSchema: { type: "object" },
    }));
  }
  async invoke({ name }: { readonly name: string }): Promise<unknown> {
    return ODDITIES[name];
  }
}

const ODDITIES: Record<string, unknown> = {
  a_reason_nobody_knows: { status: "failed", reason: "sabotage", say: "I would rather not." },
  a_speech: { status: "failed", reason: "threw", say: "blah ".repeat(2_000) },
  more_members: JSON.parse(
    '{"status":"ok","value":{"balance":1},"secret":"password","__proto__":{"admin":true}}',
  ),
  a_date: { status: "ok", value: { at: new Date(0) } },
};

/** Answers `describe` with whatever it is told to by its props. */
export class Describes extends WorkerEntrypoint<unknown, { readonly what: string }> {
  async describe(): Promise<unknown> {
    const { what } = this.ctx.props;
    asked.set(what, (asked.get(what) ?? 0) + 1);
    return DESCRIPTIONS[what]?.();
  }
  async invoke(): Promise<unknown> {
    return { status: "ok", value: this.ctx.props.what };
  }
}

const good = { name: "good", description: "A good tool.", inputSchema: { type: "object", properties: {} } };
const asIs =
  (value: unknown): (() => unknown) =>
  () =>
    value;

export const DESCRIPTIONS: Readonly<Record<string, () => unknown>> = {
  good: asIs([good]),
  bound: asIs([good]),
  other: asIs([{ ...good, name: "other" }]),
  none: asIs([]),
  hangs: forAges,
  is_dead: () => new Promise(() => {}),
  throws: () => fail(new Error("out of order")),
  throws_text: () => fail("out of order"),
  nothing: asIs(undefined),
  null: asIs(null),
  a_text: asIs("get_balance"),
  an_object: asIs({ tools: [good] }),
  a_function: () => () => [good],
  a_list_of_functions: () => [() => good],
  ten_megabytes: () => [{ ...good, description: "x".repeat(10_000_000) }],
  too_many: () =>
    Array.from({ length: 65 }, (_, i) => ({
      name: `t${i}`,
      description: "x",
      inputSchema: { type: "object" },
    })),
  half_good: () => [
    { ...good, name: "get balance" },
    { ...good, name: "" },
    { ...good, name: "x".repeat(65) },
    { ...good, name: 5 },
    { ...good, name: "mute", description: "" },
    { ...good, name: "wordless", description: undefined },
    { ...good, name: "listed", inputSchema: { type: "array" } },
    { ...good, name: "schemaless", inputSchema: undefined },
    { ...good, name: "slow", timeoutMs: 3_600_000 },
    { ...good, name: "negative", timeoutMs: -1 },
    null,
    "good",
    good,
    good,
  ],
};

/** A Worker behind a service binding that is no tool Worker. */
export class NoTools extends WorkerEntrypoint {
  override fetch(): Response {
    return new Response("I am a website.");
  }
}

/** A builder's mistake: a schema that cannot be told to a model. */
export class Unspeakable extends ToolWorker {
  readonly tools = {
    remind: tool({ description: "Reminds.", input: z.object({ when: z.date() }), run: () => "ok" }),
  };
}

/** A sub-agent as a builder writes it. What it remembers of a session, it keeps by the session's name. */
export class Loans extends SubAgentWorker {
  override async answer(
    question: string,
    { caller, session, input, progress, facts, segment }: QuestionContext,
  ) {
    progress("**Looking** at your file.");
    if (question === "fail") throw new Error("password 1234");
    if (question === "refuse") throw new SpeakableError("There is no such loan.");
    if (question === "sign")
      return answer(
        { status: "done" as const, say: "You are known now.", next: "Go on." },
        { facts: { customer: "c-1" }, next: "loans" },
      );
    if (question === "known") return `I know ${Object.keys(facts).join()} in ${segment}.`;
    if (question === "back") return { status: "needs_input" as const, say: "For how long?" };
    if (question === "hang") return forAges().then(() => "late");
    const before = remembered.get(session) ?? "nothing";
    remembered.set(session, question);
    return `## ${caller}\n\nYou asked *${before}* before. ${JSON.stringify(input)}`;
  }
}

const remembered = new Map<string, string>();

/** Answers `ask` with whatever the question names. */
export class LyingSubAgent extends WorkerEntrypoint {
  async ask({ question }: { readonly question: string }): Promise<unknown> {
    if (question === "is_dead") return new Promise(() => {});
    if (question === "throws") throw new Error("password 1234 at db.internal");
    return SUB_AGENT_LIES[question]?.();
  }
}

export const SUB_AGENT_LIES: Readonly<Record<string, () => unknown>> = {
  nothing: asIs(undefined),
  a_text: asIs("Yes."),
  no_words: asIs({ status: "done" }),
  another_status: asIs({ status: "great", say: "Yes." }),
  no_say: asIs({ status: "done", say: { text: "Yes." } }),
  a_function: () => () => "Yes.",
  a_map: () => new Map([["status", "done"]]),
  ten_megabytes: () => ({ status: "done", say: "x".repeat(10_000_000) }),
  only_markup: asIs({ status: "done", say: "```\nx\n```" }),
};

/** Finds out who is calling, and tells the session. */
export class Desk extends ToolWorker {
  readonly tools = {
    sign_in: tool({
      description: "Signs the caller in.",
      input: nothing,
      run: (_, { facts, segment }) =>
        answer(
          { segment, known: Object.keys(facts) },
          { facts: { verified: true, customer: "c-1" }, next: "banking" },
        ),
    }),
    balance: tool({
      description: "Tells the balance.",
      input: nothing,
      requires: { verified: true },
      run: (_, { facts }) => `of ${facts.customer}`,
    }),
    rubbish: tool({
      description: "Tells the session rubbish.",
      input: nothing,
      run: () => answer("ok", { facts: { verified: true, customer: new Map() as never } }),
    }),
    throws: tool({
      description: "Throws.",
      input: nothing,
      run: () => fail(answer("ok", { facts: { verified: true } })),
    }),
  };
}

/** Answers as no library would, with words for the session that are none. */
export class LyingDesk extends WorkerEntrypoint {
  async describe(): Promise<unknown> {
    return Object.keys(WORDS).map((name) => ({ ...good, name }));
  }
  async invoke({ name }: { readonly name: string }): Promise<unknown> {
    return { status: "ok", value: 1, word: WORDS[name]?.() };
  }
}

export const WORDS: Readonly<Record<string, () => unknown>> = {
  nothing: asIs(null),
  a_text: asIs("verified"),
  a_function: () => () => ({ facts: { verified: true } }),
  a_map: () => new Map([["facts", { verified: true }]]),
  functions_as_facts: () => ({ facts: { verified: () => true } }),
  nested: asIs({ facts: { verified: { is: true } } }),
  a_prototype: () => JSON.parse('{"facts":{"__proto__":{"verified":true},"constructor":true}}'),
  a_thousand_facts: () => ({
    facts: Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`f${index}`, "x"])),
  }),
  ten_megabytes: () => ({ facts: { verified: "x".repeat(10_000_000) } }),
  facts_of_others: asIs({ facts: { verified: true, admin: true } }),
  another_segment: asIs({ next: "vault" }),
};

let counted = 0;

/** Its answers may be kept until it is reset. */
export class Counter extends ToolWorker {
  readonly tools = {
    count: tool({
      description: "Counts.",
      input: nothing,
      cache: { freshMs: 60_000 },
      run: () => ++counted,
    }),
    reset: tool({ description: "Resets.", input: nothing, invalidates: ["count"], run: () => null }),
    once: tool({ description: "Counts once.", input: nothing, idempotent: false, run: () => ++counted }),
  };
}
