/**
 * A stage for the conversation: plays events at chosen times, fires the timers it asks for, and sorts its effects.
 */
import type { AgentDefinition } from "../../src/agent/agent.ts";
import type { SegmentDefinition } from "../../src/agent/segment.ts";
import { silence } from "../../src/audio/frames.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { Conversation } from "../../src/conversation/conversation.ts";
import type {
  Command,
  Effect,
  Inbound,
  ModelEvent,
  Notice,
  StreamSpec,
  TimerName,
  ToolSpec,
  TranscriptEntry,
} from "../../src/conversation/events.ts";
import type { KeptCall, Snapshot } from "../../src/conversation/snapshot.ts";

/** Bytes of 20 ms at 16 kHz. */
const FRAME = 640;

export const START = Date.UTC(2026, 10, 22);

const MAIN: SegmentDefinition = {
  name: "main",
  purpose: null,
  model: "amazon.nova-2-sonic-v1:0",
  region: "us-east-1",
  voice: "tiffany",
  endpointing: "MEDIUM",
  inference: {},
  prompt: "You are a bank's voice.",
  tools: null,
  goesTo: [],
  requires: {},
  sees: { facts: null, talk: null },
  writes: null,
  carries: { type: "talk" },
  budget: null,
  opening: null,
  prefetch: [],
};

/** One segment that differs from a plain one in what is said of it. */
export const segment = (name: string, differs: Partial<SegmentDefinition> = {}): SegmentDefinition => ({
  ...MAIN,
  name,
  prompt: `You are the ${name} part of a bank's voice.`,
  ...differs,
});

export const AGENT: AgentDefinition = {
  name: "first",
  model: "amazon.nova-2-sonic-v1:0",
  region: "us-east-1",
  voice: "tiffany",
  endpointing: "MEDIUM",
  prompt: "You are a bank's voice.",
  greeting: null,
  tools: [],
  fillers: null,
  holdAudioDuringTools: false,
  inference: {},
  facts: {},
  segments: [MAIN],
  start: "main",
  warnings: [],
  limits: {
    sessionMs: LIMITS.sessionMs,
    sessionTurns: null,
    sessionTokens: null,
    sessionCost: null,
    answerWatchMs: LIMITS.answerWatchMs,
    rotateAtTurnEndMs: LIMITS.rotateAtTurnEndMs,
    rotateAtSilenceMs: LIMITS.rotateAtSilenceMs,
    rotateAtOnceMs: LIMITS.rotateAtOnceMs,
  },
};

export const BALANCE: ToolSpec = {
  name: "get_balance",
  description: "The balance of an account.",
  inputSchema: { type: "object", properties: { account: { type: "string" } } },
  runs: "gateway",
  timeoutMs: 10_000,
};
export const PICK_COLOUR: ToolSpec = { ...BALANCE, name: "pick_colour", runs: "client" };

export class Stage {
  now = START;
  readonly conversation: Conversation;
  readonly effects: Effect[] = [];
  readonly #timers = new Map<TimerName, number>();

  constructor(agent: Partial<AgentDefinition> = {}, from?: Snapshot, jitter = 0) {
    this.conversation = new Conversation(
      {
        ...{ session: "s", agent: { ...AGENT, ...agent }, inputRate: 16000, outputRate: 24000, jitter },
        remembers: agent.memory !== undefined,
      },
      this.now,
      from,
    );
  }

  /** The session of `before` in another object, from what was stored last; nobody has come back to it yet. */
  static restored(
    before: Stage,
    agent: Partial<AgentDefinition> = {},
    calls: readonly KeptCall[] = [],
    tools: readonly ToolSpec[] = [BALANCE, PICK_COLOUR],
  ): Stage {
    const stage = new Stage(agent, { ...before.conversation.snapshot(), entries: before.record, calls });
    stage.now = before.now;
    stage.play({ type: "start", tools });
    return stage;
  }

  /** The client is back, with its stream open. */
  back(generation: number): this {
    this.play({ type: "client_joined" });
    this.command({ type: "hello", inputRate: 16000, outputRate: 24000 });
    this.model({ type: "opened", connectMs: 80 }, generation);
    return this;
  }

  /** A session with its stream open and its client there. */
  static talking(
    agent: Partial<AgentDefinition> = {},
    tools: readonly ToolSpec[] = [BALANCE, PICK_COLOUR],
    jitter = 0,
  ): Stage {
    const stage = new Stage(agent, undefined, jitter);
    stage.play({ type: "start", tools });
    stage.model({ type: "opened", connectMs: 80 });
    stage.play({ type: "client_joined" });
    stage.command({ type: "hello", inputRate: 16000, outputRate: 24000 });
    stage.effects.length = 0;
    return stage;
  }

  play(inbound: Inbound): readonly Effect[] {
    const effects = this.conversation.on(inbound, this.now);
    for (const effect of effects) {
      if (effect.type === "timer.set") this.#timers.set(effect.timer, effect.at);
      if (effect.type === "timer.clear") this.#timers.delete(effect.timer);
      if (effect.type === "end") this.#timers.clear();
    }
    this.effects.push(...effects);
    return effects;
  }

  command(command: Command): readonly Effect[] {
    return this.play({ type: "command", command });
  }

  model(event: ModelEvent, generation = 1): readonly Effect[] {
    return this.play({ type: "model", generation, event });
  }

  /** Timers that are set. */
  get pending(): ReadonlySet<TimerName> {
    return new Set(this.#timers.keys());
  }

  /** Lets time pass, firing what falls due in between. */
  pass(ms: number): this {
    const until = this.now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, at]) => at <= until).sort((a, b) => a[1] - b[1])[0];
      if (!due) break;
      this.now = Math.max(this.now, due[1]);
      this.#timers.delete(due[0]);
      this.play({ type: "timer", timer: due[0] });
    }
    this.now = until;
    return this;
  }

  /** One frame of caller audio, marked with a number so that it can be found again. */
  callerFrame(mark = 0, ms = 20): readonly Effect[] {
    const pcm = silence(ms, 16000);
    pcm[0] = mark;
    return this.command({ type: "audio", pcm });
  }

  /** One sentence of the agent's, `ms` long, with its final words unless `spoken` is false. */
  say(
    text: string,
    ms: number,
    options: { last?: boolean; spoken?: boolean; generation?: number } = {},
  ): void {
    const { last = true, spoken = true, generation = 1 } = options;
    this.model({ type: "agent_text", stage: "planned", text }, generation);
    this.model({ type: "agent_audio_started", content: text }, generation);
    this.model({ type: "agent_audio", content: text, pcm: silence(ms, 24000) }, generation);
    this.model({ type: "agent_audio_ended", content: text, last }, generation);
    if (spoken) this.model({ type: "agent_text", stage: "spoken", text }, generation);
  }

  callerSays(text: string, generation = 1): void {
    this.model({ type: "speech_started", offsetMs: null }, generation);
    this.model({ type: "speech_stopped", offsetMs: null }, generation);
    this.model({ type: "caller_text", text }, generation);
  }

  useTool(use: string, name = "get_balance", argumentsText = '{"account":"checking"}', generation = 1): void {
    this.model({ type: "tool_use", use, name, argumentsText }, generation);
  }

  of<T extends Effect["type"]>(type: T): Extract<Effect, { type: T }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);
  }

  notices<T extends Notice["type"]>(type: T): Extract<Notice, { type: T }>[] {
    return this.of("notice").flatMap(({ notice }) =>
      notice.type === type ? [notice as Extract<Notice, { type: T }>] : [],
    );
  }

  get specs(): StreamSpec[] {
    return this.of("stream.begin").map((effect) => effect.spec);
  }

  /** Marks of the caller frames that were sent to a stream, in order. */
  marks(generation: number): number[] {
    return this.of("stream.audio")
      .filter((effect) => effect.generation === generation)
      .flatMap(({ pcm }) =>
        Array.from({ length: Math.ceil(pcm.length / FRAME) }, (_, at) => pcm[at * FRAME] ?? 0),
      )
      .filter((mark) => mark !== 0);
  }

  /** Ms of audio that a stream was given. */
  fedMs(generation: number): number {
    const fed = this.of("stream.audio").filter((effect) => effect.generation === generation);
    return (fed.reduce((sum, { pcm }) => sum + pcm.length, 0) / FRAME) * 20;
  }

  get record(): readonly TranscriptEntry[] {
    return this.conversation.entries;
  }
}
