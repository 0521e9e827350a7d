import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { silence } from "../../src/audio/frames.ts";
import type {
  Command,
  Effect,
  Inbound,
  ModelEvent,
  StreamEnd,
  ToolWord,
} from "../../src/conversation/events.ts";
import { longAgo, MarkingModel } from "./long-ago.ts";
import { SUMMARIES } from "./long-talk.ts";
import { BALANCE, PICK_COLOUR, AGENT as PLAIN, START, Stage, segment } from "./stage.ts";

/** Anything that can happen, in any order, at any time: what must hold is checked after each. */
const id = fc.integer({ min: 1, max: 6 });
/** Counted back from the stream that was opened last. */
const newest = fc.constantFrom(0, 0, 0, 0, 1, 1, 2);
const text = fc.constantFrom("Hello", "What is my balance?", "One two three four five.");

const place = fc.constantFrom("main", "loans", "vault", "nowhere");

/** Stand for frames of the caller's; each is marked with its number as it is played. */
const FRAME = Object.assign(silence(20, 16000), { [fc.toStringMethod]: () => "a frame" });
/** As loud as speech, and long enough to be taken for it. */
const LOUD = Object.assign(loudFrame(1_500), { [fc.toStringMethod]: () => "a loud frame" });

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Command>({ type: "audio", pcm: FRAME }) },
  { weight: 4, arbitrary: fc.constant<Command>({ type: "audio", pcm: LOUD }) },
  fc.record({ type: fc.constant("text" as const), text }),
  fc.record({ type: fc.constant("played" as const), answer: id, ms: fc.integer({ min: 0, max: 5000 }) }),
  fc.constant<Command>({ type: "interrupt" }),
  fc.record({ type: fc.constant("mute" as const), muted: fc.boolean() }),
  fc.constant<Command>({ type: "dtmf", digits: "1" }),
  fc.constant<Command>({ type: "hello", inputRate: 16000, outputRate: 24000 }),
  fc.record({ type: fc.constant("go_to" as const), segment: place }),
  fc.record({
    type: fc.constant("client_tool_result" as const),
    call: id.map((n) => `t${n}`),
    result: fc.constant({ status: "ok" as const, value: 1 }),
  }),
);

const end: fc.Arbitrary<StreamEnd> = fc.constantFrom<StreamEnd>(
  { type: "finished" },
  { type: "lost", cause: "x" },
  { type: "busy", cause: "x" },
  { type: "unreachable", cause: "x" },
  { type: "filtered", cause: "x" },
);

const tokens = fc.integer({ min: 1, max: 6_000 });

/** Named, so that a counterexample can be read. */
const HALF_A_SECOND = Object.assign(silence(500, 24000), { [fc.toStringMethod]: () => "half a second" });

const modelEvent: fc.Arbitrary<ModelEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<ModelEvent>({ type: "opened", connectMs: 1 }) },
  {
    weight: 6,
    arbitrary: fc.constant<ModelEvent>({ type: "agent_audio", content: "c", pcm: HALF_A_SECOND }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("agent_audio_ended" as const),
      content: fc.constant("c"),
      last: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("agent_text" as const),
      stage: fc.constantFrom("planned" as const, "spoken" as const),
      text,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("caller_text" as const), text }) },
  fc.constant<ModelEvent>({ type: "interrupted" }),
  fc.constant<ModelEvent>({ type: "speech_started", offsetMs: 0 }),
  fc.constant<ModelEvent>({ type: "speech_stopped", offsetMs: 10 }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("tool_use" as const),
      use: id.map(String),
      name: fc.constantFrom("get_balance", "pick_colour", "none", "go_to_loans", "go_to_main", "go_to_vault"),
      argumentsText: fc.constantFrom("{}", "{", '"{}"'),
    }),
  },
  end.map((end): ModelEvent => ({ type: "ended", end })),
  tokens.map(
    (inputSpeech): ModelEvent => ({
      type: "usage",
      tokens: { inputSpeech, inputText: 0, outputSpeech: 0, outputText: 0 },
    }),
  ),
);

/** Counted back from what was asked last; what it answers follows from what it was asked. */
const summary: fc.Arbitrary<Inbound> = fc.record({
  type: fc.constantFrom("summary_made" as const, "summary_made" as const, "summary_failed" as const),
  request: newest,
  text: fc.constant(""),
  tokens: fc.constant({ input: 900, output: 90 }),
});

const happening: fc.Arbitrary<{ readonly inbound: Inbound | null; readonly passMs: number }> = fc.record({
  passMs: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 1500 }) }, fc.constant(5000)),
  inbound: fc.oneof(
    { weight: 6, arbitrary: command.map((c): Inbound => ({ type: "command", command: c })) },
    {
      weight: 10,
      arbitrary: fc.record({ type: fc.constant("model" as const), generation: newest, event: modelEvent }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant("tool_result" as const),
        call: id.map((n) => `t${n}`),
        outcome: fc.constant({ status: "ok" as const, value: { balance: 10 } }),
        word: fc.constantFrom<ToolWord>(
          {},
          { facts: { verified: true } },
          { facts: { verified: null } },
          { next: "loans" },
          { next: "vault", facts: { verified: true } },
        ),
      }),
    },
    { weight: 1, arbitrary: fc.constant<Inbound>({ type: "client_left", mayReturn: true }) },
    { weight: 1, arbitrary: place.map((name): Inbound => ({ type: "go_to", segment: name })) },
    fc.constant<Inbound>({ type: "rotate" }),
    { weight: 2, arbitrary: summary },
    fc
      .integer({ min: 0, max: 200_000 })
      .map((inMs): Inbound => ({ type: "credentials_expire", at: START + inMs })),
    fc.constant(null),
  ),
});

/** Whoever talks to a stream must have opened it, begun it once, and not be done with it. */
function checkStreams(effects: readonly Effect[]): void {
  const open = new Set<number>();
  const begun = new Set<number>();
  const done = new Set<number>();
  for (const effect of effects) {
    if (effect.type === "stream.begin") {
      expect([begun.has(effect.generation), done.has(effect.generation)]).toEqual([false, false]);
      begun.add(effect.generation);
    } else if (["stream.audio", "stream.text", "stream.tool_result"].includes(effect.type)) {
      expect("generation" in effect && begun.has(effect.generation)).toBe(true);
    }
    if (effect.type === "stream.open") {
      expect(open.has(effect.generation)).toBe(false);
      open.add(effect.generation);
    } else if (effect.type.startsWith("stream.") && "generation" in effect) {
      expect(open.has(effect.generation)).toBe(true);
      if (effect.type !== "stream.finish" && effect.type !== "stream.abort")
        expect(done.has(effect.generation)).toBe(false);
      else done.add(effect.generation);
    }
  }
}

function checkSilenceAfterInterruption(effects: readonly Effect[]): void {
  let cut = 0;
  for (const effect of effects) {
    if (effect.type !== "notice") continue;
    if (effect.notice.type === "interrupted") cut = Math.max(cut, effect.notice.answer);
    if (effect.notice.type === "audio") expect(effect.notice.answer).toBeGreaterThan(cut);
  }
}

function checkTools(effects: readonly Effect[]): void {
  const ended = new Map<string, number>();
  const results = new Set<string>();
  for (const effect of effects) {
    if (effect.type === "notice" && effect.notice.type === "tool_ended")
      ended.set(effect.notice.call, (ended.get(effect.notice.call) ?? 0) + 1);
    if (effect.type === "stream.tool_result") {
      const key = `${effect.generation}/${effect.use}`;
      expect(results.has(key)).toBe(false);
      results.add(key);
    }
  }
  for (const times of ended.values()) expect(times).toBe(1);
}

function checkHistories(effects: readonly Effect[]): void {
  for (const effect of effects) {
    if (effect.type !== "stream.begin") continue;
    const roles = effect.spec.history.map((message) => message.role);
    if (roles.length > 0) expect(roles[0]).toBe("caller");
    for (let i = 1; i < roles.length; i++) expect(roles[i]).not.toBe(roles[i - 1]);
  }
}

const markOf = (pcm: Uint8Array): number => new DataView(pcm.buffer, pcm.byteOffset).getUint32(0);

function loudFrame(ms: number): Uint8Array {
  const pcm = silence(ms, 16000);
  const view = new DataView(pcm.buffer);
  for (let at = 0; at < pcm.byteLength; at += 2) view.setInt16(at, at % 4 === 0 ? 4_000 : -4_000, true);
  return pcm;
}

function marked(frame: Uint8Array, number: number): Uint8Array {
  const pcm = frame.slice();
  new DataView(pcm.buffer).setUint32(0, number);
  return pcm;
}

/**
 * Every stream hears the caller's frames in order and none of them twice; a frame that came while a stream was live
 * went to that stream in the same breath. `frames` tells for each which stream was live and open as it came.
 */
function checkCallerAudio(effects: readonly Effect[], frames: ReadonlyMap<number, number | null>): void {
  const heard = new Map<number, number[]>();
  for (const effect of effects) {
    if (effect.type !== "stream.audio" || markOf(effect.pcm) === 0) continue;
    const marks = heard.get(effect.generation) ?? [];
    expect(markOf(effect.pcm)).toBeGreaterThan(marks.at(-1) ?? 0);
    marks.push(markOf(effect.pcm));
    heard.set(effect.generation, marks);
  }
  for (const [mark, live] of frames) if (live !== null) expect(heard.get(live)).toContain(mark);
}

/** Audio goes to one stream only, until another takes its place for good. */
function checkOneListener(effects: readonly Effect[]): void {
  const listened = new Set<number>();
  let listening = 0;
  for (const effect of effects) {
    if (effect.type !== "stream.audio" || effect.generation === listening) continue;
    expect(listened).not.toContain(effect.generation);
    listening = effect.generation;
    listened.add(listening);
  }
}

/** Every stream that was opened was closed by us or ended by itself; each is asked to close once. */
function checkAllClosed(effects: readonly Effect[], ended: ReadonlySet<number>): void {
  const closed = effects.flatMap((effect) =>
    effect.type === "stream.finish" || effect.type === "stream.abort" ? [effect.generation] : [],
  );
  expect(new Set(closed).size).toBe(closed.length);
  for (const effect of effects)
    if (effect.type === "stream.open")
      expect(closed.includes(effect.generation) || ended.has(effect.generation)).toBe(true);
}

/** One answer at a time: its audio lies between its start and its end, or the word that it was cut. */
function checkAnswers(effects: readonly Effect[]): void {
  let speaking = 0;
  let told = true;
  for (const effect of effects) {
    if (effect.type !== "notice") continue;
    const { notice } = effect;
    if (notice.type === "answer" && notice.state === "started") {
      expect([notice.answer > speaking, told]).toEqual([true, true]);
      speaking = notice.answer;
      told = false;
    }
    if (notice.type === "audio") expect([notice.answer, told]).toEqual([speaking, false]);
    const over = notice.type === "interrupted" || (notice.type === "answer" && notice.state === "ended");
    if (over && notice.answer === speaking) told = true;
  }
}

/**
 * A segment's stream has its own prompt and tools, and nothing that it may not see; a tool runs only where its segment
 * lists it and its facts hold; the client is told of every move, one after the other.
 */
function checkSegments(stage: Stage): void {
  let present = "main";
  for (const effect of stage.effects) {
    if (effect.type === "stream.begin") {
      const name = /You are the (\w+) part/.exec(effect.spec.prompt)?.[1] ?? "";
      const tools = effect.spec.tools.map((tool) => tool.name);
      expect(tools.includes("pick_colour")).toBe(name === "main");
      expect(JSON.stringify(effect.spec).includes(SECRET)).toBe(false);
      if (name === "vault") expect(JSON.stringify(effect.spec.history)).not.toContain("One two three");
    }
    if (effect.type === "tool.run" && effect.call.segment === "vault")
      expect(effect.call.facts).toEqual(VERIFIED);
    if (effect.type === "notice" && effect.notice.type === "segment") {
      if (effect.notice.reason === "transition") expect(effect.notice.from).toBe(present);
      else expect(effect.notice.name).toBe(present);
      present = effect.notice.name;
    }
  }
  const { path } = stage.conversation.progress;
  for (const [index, visit] of path.entries()) {
    expect(visit.leftAt ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(visit.enteredAt);
    if (index > 0) expect(visit.segment).not.toBe(path[index - 1]?.segment);
  }
}

/** The caller is told of the end once, before the goodbye, and the goodbye is asked for once. */
function checkEnding(effects: readonly Effect[]): void {
  const cues = effects.flatMap((effect) =>
    effect.type === "stream.text"
      ? [effect.text.match(/^\(This call (must end|ends after|ends now)/)?.[1]]
      : [],
  );
  const told = cues.filter((cue) => cue !== undefined);
  expect(told.filter((cue) => cue !== "ends now").length).toBeLessThanOrEqual(1);
  expect(told.filter((cue) => cue === "ends now").length).toBeLessThanOrEqual(1);
  if (told.includes("ends now")) expect(told.at(-1)).toBe("ends now");
}

/** Metrics are told once per turn. */
function checkMetrics(stage: Stage): void {
  const turns = stage.notices("metrics").map(({ metrics }) => metrics.turn);
  expect(new Set(turns).size).toBe(turns.length);
}

const VERIFIED = { verified: true };
const SECRET = "a-secret-value";
const anywhere = (to: string) => ({ to, when: null, by: ["model", "client"] as const, say: null });

/** Streams age fast here, so that hand-overs happen among everything else. */
const AGENT = {
  greeting: "Hello.",
  fillers: { afterMs: 900, phrases: ["One moment.", "Nearly there."] },
  limits: {
    ...PLAIN.limits,
    sessionMs: 600_000,
    rotateAtTurnEndMs: 4_000,
    rotateAtSilenceMs: 8_000,
    rotateAtOnceMs: 12_000,
    answerWatchMs: 3_000,
  },
};

/** The same where a session may use up little of everything. */
const FRUGAL = {
  ...AGENT,
  limits: {
    ...AGENT.limits,
    sessionMs: 100_000,
    sessionTurns: 1,
    sessionTokens: 4_000,
    sessionCost: 0.02,
  },
};

/** The same with places to go. */
const WITH_SEGMENTS = {
  ...AGENT,
  facts: { verified: { description: null, secret: false, setBy: ["get_balance"] } },
  segments: [
    segment("main", {
      goesTo: [anywhere("loans"), { to: "vault", when: VERIFIED, by: [], say: null }],
      budget: { ms: 20_000, turns: 4, tokens: null, to: "loans" },
    }),
    segment("loans", {
      tools: ["get_balance"],
      carries: { type: "nothing" },
      opening: "Say that this is about loans.",
      goesTo: [{ ...anywhere("main"), say: "Say goodbye." }, anywhere("vault")],
    }),
    segment("vault", {
      // Behind another door than the others.
      model: "amazon.nova-2-5-sonic",
      tools: ["get_balance"],
      requires: VERIFIED,
      sees: { facts: null, talk: [] },
      goesTo: [anywhere("main")],
      prefetch: [{ tool: "get_balance", arguments: {}, when: VERIFIED }],
    }),
  ],
};

/** The same where a text model sums up what was said. */
const WITH_SUMMARIES = { ...WITH_SEGMENTS, ...SUMMARIES };

/** What an onlooker knows: which stream hears the caller, and what must therefore come of each happening. */
class Onlooker {
  readonly #stage: Stage;
  readonly frames = new Map<number, number | null>();
  readonly ended = new Set<number>();
  /** Streams that are there, and those of them that were asked to close. */
  readonly #there = new Set<number>();
  readonly #left = new Set<number>();
  #opened = 0;
  #live: number | null = null;
  #present = false;
  #away = false;
  #muted = false;
  #over = false;
  #seen = 0;

  /** Nothing keeps a result back, as a move does, or a segment that may not know of it. */
  readonly #tellsAll: boolean;

  constructor(stage: Stage, tellsAll: boolean) {
    this.#stage = stage;
    this.#tellsAll = tellsAll;
  }

  play(inbound: Inbound): void {
    if (this.#over) return;
    // Nothing comes over a socket that is gone; whoever comes back says hello first.
    if (this.#away && inbound.type === "command" && inbound.command.type !== "hello") return;
    if (inbound.type === "client_left" && this.#present) this.#away = true;
    const told = this.#told(inbound);
    const ending = told.type === "model" && told.event.type === "ended" ? told.generation : null;
    if (ending !== null && this.#there.delete(ending)) {
      this.#left.delete(ending);
      this.ended.add(ending);
      if (this.#live === ending) this.#live = null;
    }
    this.#stage.play(told);
    this.look();
  }

  /** What must hold after everything. */
  look(): void {
    const { effects, pending } = this.#stage;
    const fresh = effects.slice(this.#seen);
    this.#seen = effects.length;
    for (const effect of fresh) {
      if (effect.type === "stream.open") {
        this.#there.add(effect.generation);
        this.#opened = effect.generation;
      }
      if (effect.type === "stream.begin") this.#live = effect.generation;
      if (effect.type === "stream.abort") {
        this.#there.delete(effect.generation);
        if (this.#live === effect.generation) this.#live = null;
      }
      if (effect.type === "stream.finish") this.#left.add(effect.generation);
    }
    this.#over ||= fresh.some((effect) => effect.type === "end");
    if (this.#over) return;
    const toolsEnded = fresh.flatMap((effect) =>
      effect.type === "notice" && effect.notice.type === "tool_ended" ? [effect.notice.call] : [],
    );
    for (const call of toolsEnded) expect(pending).not.toContain(`tool:${call}`);
    if (this.#live !== null && this.#tellsAll) {
      const results = fresh.filter(
        (effect) =>
          effect.type === "stream.tool_result" ||
          (effect.type === "stream.text" && effect.text.includes("The result of the tool")),
      );
      expect(results.length).toBeGreaterThanOrEqual(toolsEnded.length > 0 ? 1 : 0);
    }
    // Somebody hears the caller, or is about to.
    expect(this.#there.size > this.#left.size || pending.has("reopen")).toBe(true);
  }

  /** The happening as it is played: frames marked, the stream's place among those opened made its number. */
  #told(inbound: Inbound): Inbound {
    if (inbound.type === "model") return { ...inbound, generation: this.#opened - inbound.generation };
    if (inbound.type !== "command") return inbound;
    const { command } = inbound;
    if (command.type === "hello") {
      this.#present = true;
      this.#away = false;
    }
    if (command.type === "mute" && this.#present) this.#muted = command.muted;
    if (command.type !== "audio") return inbound;
    const mark = this.frames.size + 1;
    this.frames.set(mark, this.#present && !this.#muted ? this.#live : null);
    return { type: "command", command: { type: "audio", pcm: marked(command.pcm, mark) } };
  }
}

describe("whatever happens in whatever order", () => {
  it.each([
    ["of an agent that stays where it is", AGENT, undefined],
    ["of an agent whose sessions are short", FRUGAL, undefined],
    ["of an agent with segments", WITH_SEGMENTS, undefined],
    ["of a long talk that is summed up", WITH_SUMMARIES, longAgo()],
  ])("holds what a caller may rely on %s", { timeout: 180_000 }, (_, agent, before) => {
    const hasSegments = "segments" in agent;
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 80, size: "max" }),
        fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
        (happenings, helloFirst) => {
          const stage = new Stage(agent, before);
          const onlooker = new Onlooker(stage, !hasSegments);
          const textModel = new MarkingModel(stage);
          stage.play({ type: "client_joined" });
          stage.play({ type: "start", tools: [BALANCE, PICK_COLOUR] });
          if (helloFirst)
            onlooker.play({
              type: "command",
              command: { type: "hello", inputRate: 16000, outputRate: 24000 },
            });
          textModel.look(null);
          for (const { inbound, passMs } of happenings) {
            if (inbound) onlooker.play(textModel.told(inbound));
            textModel.look(inbound);
            stage.pass(passMs);
            onlooker.look();
            textModel.look(null);
          }
          stage.play({ type: "end", reason: { type: "deleted" } });
          checkStreams(stage.effects);
          checkSilenceAfterInterruption(stage.effects);
          checkTools(stage.effects);
          checkHistories(stage.effects);
          checkCallerAudio(stage.effects, onlooker.frames);
          checkOneListener(stage.effects);
          checkAllClosed(stage.effects, onlooker.ended);
          checkAnswers(stage.effects);
          checkMetrics(stage);
          checkEnding(stage.effects);
          if (hasSegments) checkSegments(stage);
          expect(stage.of("end")).toHaveLength(1);
          expect(stage.effects.at(-1)?.type).toBe("end");
          expect(stage.play({ type: "client_left", mayReturn: false })).toEqual([]);
        },
      ),
      { numRuns: 200, seed: 20261122 },
    );
  });
});
