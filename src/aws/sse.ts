/**
 * Server-sent events, read as they come and within bounds.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
import { err, ok, type Result } from "../base/result.ts";
import { eachChunk } from "./bounded-body.ts";
import type { CallFailure } from "./call-failure.ts";

export interface ServerEvent {
  /** `message` unless the stream says otherwise. */
  readonly event: string;
  /** The data lines, joined by line feeds. */
  readonly data: string;
}

export interface EventLimits {
  /** All of the stream. */
  readonly maxBytes: number;
  /** One event's data, or one line, in characters. */
  readonly maxEventChars: number;
}

/** Whether the reader wants another event. */
export type TakeEvent = (event: ServerEvent) => "more" | "enough";

/** Turns pieces of text into events. An event that the stream ends in the middle of is none, as the standard has it. */
export class EventParser {
  readonly #maxChars: number;
  readonly #data: string[] = [];
  #event = "";
  #line = "";
  #held = 0;
  #sawCarriageReturn = false;
  #first = true;

  constructor(maxEventChars: number) {
    this.#maxChars = maxEventChars;
  }

  /** The events that `text` completes, or null once a line or an event is longer than the limit. */
  push(text: string): readonly ServerEvent[] | null {
    let rest = text;
    if (this.#first && rest !== "") {
      this.#first = false;
      if (rest.startsWith("\ufeff")) rest = rest.slice(1);
    }
    const events: ServerEvent[] = [];
    let start = 0;
    for (let i = 0; i < rest.length; i++) {
      const char = rest[i];
      const second = char === "\n" && this.#sawCarriageReturn;
      this.#sawCarriageReturn = char === "\r";
      if (second) {
        // The second half of CR LF ends no line of its own.
        start = i + 1;
      } else if (char === "\n" || char === "\r") {
        const line = this.#line + rest.slice(start, i);
        this.#line = "";
        start = i + 1;
        if (line.length + this.#held > this.#maxChars) return null;
        const event = this.#take(line);
        if (event) events.push(event);
      }
    }
    this.#line += rest.slice(start);
    return this.#line.length + this.#held > this.#maxChars ? null : events;
  }

  #take(line: string): ServerEvent | null {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") {
      this.#data.push(value);
      this.#held += value.length + 1;
    } else if (field === "event") this.#event = value;
    return null;
  }

  #dispatch(): ServerEvent | null {
    const event =
      this.#data.length === 0 ? null : { event: this.#event || "message", data: this.#data.join("\n") };
    this.#data.length = 0;
    this.#held = 0;
    this.#event = "";
    return event;
  }
}

/**
 * Hands the events of a stream to `take` until it has enough or the stream ends; says which. A stream that goes on for
 * ever ends at `maxBytes`, or with the call's time.
 */
export async function readEvents(
  response: Response,
  take: TakeEvent,
  { maxBytes, maxEventChars }: EventLimits,
): Promise<Result<"enough" | "ended", CallFailure>> {
  const parser = new EventParser(maxEventChars);
  const decoder = new TextDecoder();
  let size = 0;
  let outcome: Result<"enough" | "ended", CallFailure> = ok("ended");
  await eachChunk(response, (chunk) => {
    size += chunk.byteLength;
    const events = size > maxBytes ? null : parser.push(decoder.decode(chunk, { stream: true }));
    if (events === null) {
      outcome = err({ type: "too_large", cause: `a stream or an event of it is longer than it may be` });
      return false;
    }
    if (!events.some((event) => take(event) === "enough")) return true;
    outcome = ok("enough");
    return false;
  });
  return outcome;
}

export const isEventStream = (response: Response): boolean =>
  /^text\/event-stream\b/i.test(response.headers.get("content-type") ?? "");
