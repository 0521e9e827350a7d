/**
 * A speech model in several regions, as one: the first region that is well and has a place is dialled, the next when it
 * takes long or fails, and the first to open is the stream. A session whose stream is lost comes back through here, and
 * so moves to another region with all that was said.
 */
import type { Clock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import type { ModelEvent, StreamEnd, StreamSpec, StreamTarget, ToolOutcome } from "../conversation/events.ts";
import type { DoorEvent, RegionDoor } from "./region-door.ts";
import type { RegionHealth } from "./region-health.ts";
import type { ModelStream, SpeechModel } from "./speech-model.ts";

export interface RegionalParts {
  readonly health: RegionHealth;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * `door` is told one region at a time. A target's `regions` are asked in order; without them there is `region` only. A
 * region that is full is passed over at once; when no region has a place, the stream waits for one in all of them.
 */
export const createRegional = (door: RegionDoor, parts: RegionalParts): SpeechModel => ({
  capabilities: door.capabilities,
  open: (target, sink) => new RegionalStream(door, parts, target, sink),
});

type Opened = Extract<ModelEvent, { type: "opened" }>;
type Sink = (event: ModelEvent) => void;

type State =
  | {
      readonly type: "dialling";
      /** By region; at most one each. */
      readonly attempts: Map<string, ModelStream>;
      /** All attempts wait for a place. */
      readonly waits: boolean;
      /** Of an owner that did not wait for `opened`. */
      readonly spec: StreamSpec | null;
      readonly hedge: ReturnType<typeof setTimeout> | null;
    }
  | { readonly type: "open"; readonly region: string; readonly stream: ModelStream }
  | { readonly type: "ended" };

/** Of several failures the one that is worth most to whoever has to go on: what may pass before what will not. */
const WORTH: readonly StreamEnd["type"][] = [
  "filtered",
  "busy",
  "lost",
  "unreachable",
  "refused",
  "finished",
];
const better = (a: StreamEnd | null, b: StreamEnd): StreamEnd =>
  a !== null && WORTH.indexOf(a.type) < WORTH.indexOf(b.type) ? a : b;

class RegionalStream implements ModelStream {
  readonly #door: RegionDoor;
  readonly #parts: RegionalParts;
  readonly #target: StreamTarget;
  readonly #sink: Sink;
  readonly #since: number;
  /** Regions not yet asked. */
  readonly #left: string[];
  /** Regions that had no place. */
  readonly #full: string[] = [];
  #failure: StreamEnd | null = null;
  #state: State;

  constructor(door: RegionDoor, parts: RegionalParts, target: StreamTarget, sink: Sink) {
    this.#door = door;
    this.#parts = parts;
    this.#target = target;
    this.#sink = sink;
    this.#since = parts.clock.now();
    this.#left = [...parts.health.order(target.model, target.regions ?? [target.region], this.#since)];
    this.#state = { type: "dialling", attempts: new Map(), waits: false, spec: null, hedge: null };
    this.#dialNext();
  }

  begin(spec: StreamSpec): void {
    if (this.#state.type === "open") this.#state.stream.begin(spec);
    // Two that are dialled must not both begin: the words wait for the one that opens.
    else if (this.#state.type === "dialling" && this.#state.spec === null)
      this.#state = { ...this.#state, spec };
  }

  sendAudio(pcm: Uint8Array): void {
    if (this.#state.type === "open") this.#state.stream.sendAudio(pcm);
  }

  sendText(text: string): void {
    if (this.#state.type === "open") this.#state.stream.sendText(text);
  }

  sendToolResult(use: string, outcome: ToolOutcome): void {
    if (this.#state.type === "open") this.#state.stream.sendToolResult(use, outcome);
  }

  finish(): void {
    if (this.#state.type === "open") this.#state.stream.finish();
    else this.#giveUp({ type: "finished" });
  }

  abort(): void {
    if (this.#state.type === "open") this.#state.stream.abort();
    else this.#giveUp({ type: "finished" });
  }

  /** Dials the next region, and the one after it when this takes long. */
  #dialNext(): void {
    const state = this.#state;
    if (state.type !== "dialling") return;
    if (state.hedge !== null) clearTimeout(state.hedge);
    const region = this.#left.shift();
    const hedge = this.#left.length > 0 ? setTimeout(() => this.#slow(), LIMITS.hedgeMs) : null;
    this.#state = { ...state, hedge };
    if (region !== undefined) this.#dial(state.attempts, region, false);
  }

  #dial(attempts: Map<string, ModelStream>, region: string, waits: boolean): void {
    const { model, spare } = this.#target;
    const target = { model, region, ...(spare && { spare }) };
    attempts.set(
      region,
      this.#door.open(target, (event) => this.#hear(region, event), waits),
    );
  }

  /** An attempt has come to nothing: on to the next region, to a wait where all are full, or to an end. */
  #missed(state: State & { readonly type: "dialling" }): void {
    if (this.#left.length > 0) return this.#dialNext();
    if (state.attempts.size > 0) return;
    // What is opened ahead of need waits for nothing, and nobody waits twice.
    const mayWait = this.#full.length > 0 && !state.waits && !this.#target.spare;
    if (!mayWait) return this.#giveUp(this.#failure ?? { type: "finished" });
    this.#state = { ...state, waits: true };
    // Whichever region has one first: a wait in one of them only would be longer, and no fairer to others.
    for (const region of this.#full) this.#dial(state.attempts, region, true);
  }

  #slow(): void {
    const { model } = this.#target;
    const waiting = this.#state.type === "dialling" ? [...this.#state.attempts.keys()].join(", ") : "";
    this.#parts.log("warn", "region_slow", { model, region: waiting, ms: LIMITS.hedgeMs });
    this.#dialNext();
  }

  #hear(region: string, event: DoorEvent): void {
    const state = this.#state;
    if (event.type === "placed") return this.#placed(region);
    if (event.type !== "full" && state.type === "open" && state.region === region)
      return this.#pass(region, event);
    // Of those that lost the race nothing is heard any more.
    if (state.type !== "dialling" || !state.attempts.has(region)) return;
    if (event.type === "opened") return this.#won(state, region, event);
    if (event.type !== "ended" && event.type !== "full") return;
    state.attempts.delete(region);
    // A ledger is asked anew each time: that its region is full says nothing of its health.
    if (event.type === "ended") this.#note(region, event.end);
    else if (!state.waits) this.#full.push(region);
    const end: StreamEnd = event.type === "ended" ? event.end : { type: "busy", cause: event.cause };
    this.#failure = better(this.#failure, end);
    this.#missed(state);
  }

  /** The first that has waited to the end of its queue is the one; the others give up their turns. */
  #placed(region: string): void {
    const state = this.#state;
    if (state.type !== "dialling" || !state.waits || !state.attempts.has(region)) return;
    for (const [other, attempt] of state.attempts) {
      if (other === region) continue;
      state.attempts.delete(other);
      attempt.abort();
    }
  }

  #pass(region: string, event: ModelEvent): void {
    if (event.type === "ended") {
      this.#state = { type: "ended" };
      // Open streams are lost for reasons of their own, and refused for what was said on them.
      if (event.end.type === "busy" || event.end.type === "unreachable") this.#note(region, event.end);
    }
    this.#sink(event);
  }

  #won({ attempts, spec, hedge }: State & { type: "dialling" }, region: string, opened: Opened): void {
    const stream = attempts.get(region);
    if (stream === undefined) return;
    if (hedge !== null) clearTimeout(hedge);
    this.#state = { type: "open", region, stream };
    for (const [other, loser] of attempts) if (other !== region) loser.abort();
    const { health, clock, log } = this.#parts;
    health.opened({ model: this.#target.model, region });
    const connectMs = clock.now() - this.#since;
    log("info", "stream_opened", { model: this.#target.model, region, connectMs });
    if (spec !== null) stream.begin(spec);
    // It may have ended over its prologue.
    if (this.#state.type === "open") this.#sink({ ...opened, connectMs, region });
  }

  #note(region: string, end: StreamEnd): void {
    const { health, clock, log } = this.#parts;
    health.failed({ model: this.#target.model, region }, end, clock.now());
    if (end.type !== "finished")
      log("warn", "region_failed", { model: this.#target.model, region, end: end.type, cause: end.cause });
  }

  #giveUp(end: StreamEnd): void {
    const state = this.#state;
    if (state.type !== "dialling") return;
    if (state.hedge !== null) clearTimeout(state.hedge);
    this.#state = { type: "ended" };
    for (const attempt of state.attempts.values()) attempt.abort();
    this.#sink({ type: "ended", end });
  }
}
