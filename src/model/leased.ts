/**
 * A speech model's door in one region, where each stream takes a place first, and gives it back when it has ended. Where
 * the ledger of places cannot be asked, streams are opened without one: a count must not cost a call.
 */
import type { AlarmClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { placesOf, type StreamPlaces } from "../base/stream-places.ts";
import type { ModelEvent, StreamEnd, StreamSpec, StreamTarget } from "../conversation/events.ts";
import type { PlaceLedger, PlaceRequest } from "./leased-ledger.ts";
import { Place, type PlaceVerdict } from "./leased-place.ts";
import type { DoorEvent, RegionDoor } from "./region-door.ts";
import type { ModelStream, SpeechModel } from "./speech-model.ts";

export interface LeaseParts {
  readonly ledger: PlaceLedger;
  readonly settings: readonly StreamPlaces[];
  readonly session: string;
  readonly tenant: string | null;
  readonly clock: AlarmClock;
  readonly log: Log;
  /** Somebody talks in the session already: it was brought back after its object was lost. */
  readonly broughtBack?: boolean;
  /** Where its first stream's place was taken before the session was made; null where none was. */
  readonly claimed?: Pick<StreamTarget, "model" | "region"> | null;
  /** Wherever its streams may be opened: what a session that was brought back held there is given up. */
  readonly targets?: readonly StreamTarget[];
}

/**
 * The name of the first place that a session asks for in a region. The one that was taken for it when it was made is
 * found under it, whichever region that was; and so is what the session held before its object was lost.
 */
export const firstLease = (session: string): string => session;

/** The places of one session, over all its models and regions. */
export class SessionPlaces {
  readonly #parts: LeaseParts;
  #asked = 0;
  #told = false;
  #settled = false;
  /** By model and region: ledgers that were asked for a place. */
  readonly #known = new Set<string>();
  /**
   * By model and region: when its ledger has forgotten what the session held before its object was lost. Places asked for
   * later are asked for after that, so that none is forgotten that was taken since.
   */
  readonly #forgotten = new Map<string, Promise<unknown>>();
  /** By model and region: until when a ledger that did not answer is not waited for. */
  readonly #absentUntil = new Map<string, number>();
  /** A stream of this session has been open, or AWS had no room for it: its next ones are no newcomer's. */
  talks: boolean;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
    this.talks = parts.broughtBack ?? false;
  }

  /** The place of a stream about to be opened; null where nobody counts. */
  next(target: StreamTarget): Place | null {
    const { ledger, settings, session, tenant, clock, broughtBack, claimed } = this.#parts;
    if (placesOf(settings, target) === null) return null;
    const first = !this.#known.has(nameOf(target));
    this.#known.add(nameOf(target));
    const request: PlaceRequest = {
      ...{ session, tenant, forMs: LIMITS.placeLeaseMs },
      lease: first ? firstLease(session) : `${session}/${++this.#asked}`,
      wanted: target.spare ? "standby" : this.talks ? "talk" : "newcomer",
      ...(first && broughtBack && { anew: true }),
    };
    const asked = this.#forgotten.get(nameOf(target));
    const isClaimed = first && !broughtBack && claimed != null && nameOf(claimed) === nameOf(target);
    return new Place({
      ...{ ledger, target, request, asked, claimed: isClaimed },
      after: (ms, run) => clock.after(ms, run),
    });
  }

  #forgets(place: Place): void {
    if (place.isAnew) this.#forgotten.set(nameOf(place.target), place.asked);
  }

  /**
   * A stream is open. Had the session places before its object was lost, it needs none of them any more, and until now
   * it might have: ledgers that it has not asked since are told to forget it. Once, and nobody waits for it.
   */
  opened(): void {
    this.talks = true;
    const { ledger, settings, session, broughtBack, targets = [] } = this.#parts;
    if (!broughtBack || this.#settled) return;
    this.#settled = true;
    for (const other of targets) {
      const name = nameOf(other);
      if (this.#known.has(name) || placesOf(settings, other) === null) continue;
      // Where it is not heard, the places run out by themselves.
      this.#forgotten.set(
        name,
        ledger.forget(other, session).catch(() => undefined),
      );
    }
  }

  /**
   * Whether the stream may be dialled; `waits` where there is no place yet. A ledger that was not there a moment ago is
   * told of it, and not waited for.
   */
  async admit(place: Place, waits: boolean): Promise<PlaceVerdict> {
    const { clock, log, session } = this.#parts;
    if (place.isClaimed) return { type: "granted" };
    const ledger = nameOf(place.target);
    if ((this.#absentUntil.get(ledger) ?? 0) > clock.now()) {
      void place.tell().then((answered) => {
        if (answered) this.#absentUntil.delete(ledger);
      });
      this.#forgets(place);
      return { type: "unknown", cause: "not waited for" };
    }
    const asked = waits ? place.take() : place.takeAtOnce();
    this.#forgets(place);
    const verdict = await asked;
    if (verdict.type !== "unknown") return verdict;
    this.#absentUntil.set(ledger, clock.now() + LIMITS.placeAbsentMs);
    if (!this.#told) log("warn", "capacity_absent", { session, cause: verdict.cause });
    this.#told = true;
    return verdict;
  }
}

const nameOf = ({ model, region }: Pick<StreamTarget, "model" | "region">): string => `${region} ${model}`;

/** `places` null: nobody counts. */
export const leased = (model: SpeechModel, places: SessionPlaces | null): RegionDoor => ({
  capabilities: model.capabilities,
  open(target, sink, waits) {
    const place = places?.next(target) ?? null;
    if (places === null || place === null) return model.open(target, sink);
    return new LeasedStream({ model, places, place, target, sink, waits });
  },
});

interface StreamParts {
  readonly model: SpeechModel;
  readonly places: SessionPlaces;
  readonly place: Place;
  readonly target: StreamTarget;
  readonly sink: (event: DoorEvent) => void;
  readonly waits: boolean;
}

type State =
  | { readonly type: "asking"; readonly spec: StreamSpec | null }
  | { readonly type: "dialled"; readonly stream: ModelStream }
  | { readonly type: "ended" };

class LeasedStream implements ModelStream {
  readonly #parts: StreamParts;
  #state: State = { type: "asking", spec: null };

  constructor(parts: StreamParts) {
    this.#parts = parts;
    void this.#enter();
  }

  async #enter(): Promise<void> {
    const { model, places, place, target, sink, waits } = this.#parts;
    const verdict = await places.admit(place, waits);
    if (this.#state.type !== "asking") return;
    if (verdict.type === "refused") {
      this.#state = { type: "ended" };
      const cause =
        verdict.why === "share" ? "the tenant holds its share of the places" : "all places are taken";
      return sink({ type: "full", cause });
    }
    const { spec } = this.#state;
    place.hold();
    const stream = model.open(target, (event) => this.#hear(event));
    this.#state = { type: "dialled", stream };
    if (spec !== null) stream.begin(spec);
    sink({ type: "placed" });
  }

  #hear(event: ModelEvent): void {
    if (event.type === "ended") return this.#end(event.end);
    if (event.type === "opened") this.#parts.places.opened();
    this.#parts.sink(event);
  }

  #end(end: StreamEnd): void {
    if (this.#state.type === "ended") return;
    this.#state = { type: "ended" };
    const { places, place, sink } = this.#parts;
    if (end.type === "busy" && end.crowded) {
      // It was let in: nobody who comes after it is to have what it still waits for.
      places.talks = true;
      void place.crowded();
    } else void place.give();
    sink({ type: "ended", end });
  }

  begin(spec: StreamSpec): void {
    if (this.#parts.target.spare) this.#parts.place.becomes("talk");
    if (this.#state.type === "dialled") this.#state.stream.begin(spec);
    else if (this.#state.type === "asking" && this.#state.spec === null)
      this.#state = { type: "asking", spec };
  }

  sendAudio(pcm: Uint8Array): void {
    this.#stream?.sendAudio(pcm);
  }

  sendText(text: string): void {
    this.#stream?.sendText(text);
  }

  sendToolResult(...result: Parameters<ModelStream["sendToolResult"]>): void {
    this.#stream?.sendToolResult(...result);
  }

  finish(): void {
    if (this.#state.type === "asking") this.#end({ type: "finished" });
    else this.#stream?.finish();
  }

  abort(): void {
    if (this.#state.type === "asking") this.#end({ type: "finished" });
    else this.#stream?.abort();
  }

  get #stream(): ModelStream | null {
    return this.#state.type === "dialled" ? this.#state.stream : null;
  }
}
