import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { silence } from "../../src/audio/frames.ts";
import type { Command, Effect, Inbound, ModelEvent, StreamEnd } from "../../src/conversation/events.ts";
import { BALANCE, PICK_COLOUR, Stage } from "./stage.ts";

/** Anything that can happen, in any order, at any time: what must hold is checked after each. */
const id = fc.integer({ min: 1, max: 6 });
const text = fc.constantFrom("Hello", "What is my balance?", "One two three four five.");

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Command>({ type: "audio", pcm: silence(20, 16000) }) },
  fc.record({ type: fc.constant("text" as const), text }),
  fc.record({ type: fc.constant("played" as const), answer: id, ms: fc.integer({ min: 0, max: 5000 }) }),
  fc.constant<Command>({ type: "interrupt" }),
  fc.record({ type: fc.constant("mute" as const), muted: fc.boolean() }),
  fc.constant<Command>({ type: "dtmf", digits: "1" }),
  fc.constant<Command>({ type: "hello", inputRate: 16000, outputRate: 24000 }),
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
);

const modelEvent: fc.Arbitrary<ModelEvent> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<ModelEvent>({ type: "opened", connectMs: 1 }) },
  {
    weight: 6,
    arbitrary: fc.constant<ModelEvent>({ type: "agent_audio", content: "c", pcm: silence(500, 24000) }),
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
      name: fc.constantFrom("get_balance", "pick_colour", "none"),
      argumentsText: fc.constantFrom("{}", "{", '"{}"'),
    }),
  },
  end.map((end): ModelEvent => ({ type: "ended", end })),
);

const happening: fc.Arbitrary<{ readonly inbound: Inbound | null; readonly passMs: number }> = fc.record({
  passMs: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 1500 }) }, fc.constant(5000)),
  inbound: fc.oneof(
    { weight: 6, arbitrary: command.map((c): Inbound => ({ type: "command", command: c })) },
    {
      weight: 10,
      arbitrary: fc.record({ type: fc.constant("model" as const), generation: id, event: modelEvent }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant("tool_result" as const),
        call: id.map((n) => `t${n}`),
        outcome: fc.constant({ status: "ok" as const, value: { balance: 10 } }),
      }),
    },
    fc.constant(null),
  ),
});

/** Whoever talks to a stream must have opened it and not be done with it. */
function checkStreams(effects: readonly Effect[]): void {
  const open = new Set<number>();
  const done = new Set<number>();
  for (const effect of effects) {
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
    if (effect.type !== "stream.open") continue;
    const roles = effect.spec.history.map((message) => message.role);
    if (roles.length > 0) expect(roles[0]).toBe("caller");
    for (let i = 1; i < roles.length; i++) expect(roles[i]).not.toBe(roles[i - 1]);
  }
}

/** Streams age fast here, so that hand-overs happen among everything else. */
const AGENT = {
  greeting: "Hello.",
  limits: { sessionMs: 600_000, rotateAtTurnEndMs: 4_000, rotateAtSilenceMs: 8_000, rotateAtOnceMs: 12_000 },
};

describe("whatever happens in whatever order", () => {
  it("holds what a caller may rely on", { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), fc.boolean(), (happenings, helloFirst) => {
        const stage = new Stage(AGENT);
        stage.play({ type: "client_joined" });
        if (helloFirst) stage.command({ type: "hello", inputRate: 16000, outputRate: 24000 });
        stage.play({ type: "start", tools: [BALANCE, PICK_COLOUR] });
        for (const { inbound, passMs } of happenings) {
          if (inbound) stage.play(inbound);
          stage.pass(passMs);
        }
        stage.play({ type: "end", reason: { type: "deleted" } });
        checkStreams(stage.effects);
        checkSilenceAfterInterruption(stage.effects);
        checkTools(stage.effects);
        checkHistories(stage.effects);
        expect(stage.of("end")).toHaveLength(1);
        expect(stage.effects.at(-1)?.type).toBe("end");
        expect(stage.play({ type: "client_left" })).toEqual([]);
      }),
      { numRuns: 3000, seed: 20261122 },
    );
  });
});
