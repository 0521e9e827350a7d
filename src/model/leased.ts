/**
 * A speech model of which each stream takes a place first, and gives it back when it has ended. Where the ledger of
 * places cannot be asked, streams are opened without one: a count must not cost a call.
 */
import type { AlarmClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import { placesOf, type StreamPlaces } from "../base/stream-places.ts";
import type { ModelEvent, StreamEnd, StreamSpec, StreamTarget } from "../conversation/events.ts";
import type { PlaceLedger, PlaceRequest } from "./leased-ledger.ts";
import { Place, type PlaceVerdict } from "./leased-place.ts";
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
}

/** The place that was taken for a session when it was made: the session's own first stream finds it under this name. */
export const firstLease = (session: string): string => session;

/** The places of one session, over all its models. */
export class SessionPlaces {
  readonly #parts: LeaseParts;
  #opened = 0;
  #absentUntil = 0;
  #told = false;
  /** Ledgers that need not be told again that what the session held before is free. */
  readonly #cleared = new Set<string>();
  /** A stream of this session has been open: its next ones are no newcomer's. */
  talks: boolean;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
    this.talks = parts.broughtBack ?? false;
  }

  /** The place of a stream about to be opened; null where nobody counts. */
  next(target: StreamTarget): Place | null {
    const { ledger, settings, session, tenant, clock } = this.#parts;
    if (placesOf(settings, target) === null) return null;
    const lease = this.#opened === 0 ? firstLease(session) : `${session}/${this.#opened}`;
    this.#opened++;
    const wanted = target.spare ? "standby" : this.talks ? "talk" : "newcomer";
    const request: PlaceRequest = {
      ...{ lease, session, tenant, wanted, forMs: LIMITS.placeLeaseMs },
      ...(this.#isFirstSince(target) && { anew: true }),
    };
    return new Place({ ledger, target, request, after: (ms, run) => clock.after(ms, run) });
  }

  /** The first stream of this model and region since the session was brought back. */
  #isFirstSince({ model, region }: StreamTarget): boolean {
    const ledger = `${region} ${model}`;
    if (!this.#parts.broughtBack || this.#cleared.has(ledger)) return false;
    this.#cleared.add(ledger);
    return true;
  }

  /** Whether the stream may be dialled. A ledger that was not there a moment ago is told of it, and not waited for. */
  async admit(place: Place): Promise<PlaceVerdict> {
    const { clock, log, session } = this.#parts;
    if (this.#absentUntil > clock.now()) {
      void place.tell().then((answered) => {
        if (answered) this.#absentUntil = 0;
      });
      return { type: "unknown", cause: "not waited for" };
    }
    const verdict = await place.take();
    if (verdict.type !== "unknown") return verdict;
    this.#absentUntil = clock.now() + LIMITS.placeAbsentMs;
    if (!this.#told) log("warn", "capacity_absent", { session, cause: verdict.cause });
    this.#told = true;
    return verdict;
  }
}

export const leased = (model: SpeechModel, places: SessionPlaces): SpeechModel => ({
  capabilities: model.capabilities,
  open(target, sink) {
    const place = places.next(target);
    return place === null ? model.open(target, sink) : new LeasedStream(model, places, place, target, sink);
  },
});

type State =
  | { readonly type: "asking"; readonly spec: StreamSpec | null }
  | { readonly type: "dialled"; readonly stream: ModelStream }
  | { readonly type: "ended" };

class LeasedStream implements ModelStream {
  readonly #places: SessionPlaces;
  readonly #place: Place;
  readonly #spare: boolean;
  readonly #sink: (event: ModelEvent) => void;
  #state: State = { type: "asking", spec: null };

  constructor(
    model: SpeechModel,
    places: SessionPlaces,
    place: Place,
    target: StreamTarget,
    sink: (event: ModelEvent) => void,
  ) {
    this.#places = places;
    this.#place = place;
    this.#spare = target.spare === true;
    this.#sink = sink;
    void this.#enter((hear) => model.open(target, hear));
  }

  async #enter(dial: (hear: (event: ModelEvent) => void) => ModelStream): Promise<void> {
    const verdict = await this.#places.admit(this.#place);
    if (this.#state.type !== "asking") return;
    if (verdict.type === "refused") {
      const cause =
        verdict.why === "share" ? "the tenant holds its share of the places" : "all places are taken";
      return this.#end({ type: "busy", cause });
    }
    const { spec } = this.#state;
    this.#place.hold();
    const stream = dial((event) => this.#hear(event));
    this.#state = { type: "dialled", stream };
    if (spec !== null) stream.begin(spec);
  }

  #hear(event: ModelEvent): void {
    if (event.type === "ended") return this.#end(event.end);
    if (event.type === "opened") this.#places.talks = true;
    this.#sink(event);
  }

  #end(end: StreamEnd): void {
    if (this.#state.type === "ended") return;
    this.#state = { type: "ended" };
    void this.#place.give();
    this.#sink({ type: "ended", end });
  }

  begin(spec: StreamSpec): void {
    if (this.#spare) this.#place.becomes("talk");
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
