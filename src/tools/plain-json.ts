/**
 * Whatever a tool gave back, as JSON or as the reason why it is none. Copies, so that nothing of the tool's own
 * (stubs, getters, prototypes) gets further than this.
 */
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";

export interface NotJson {
  readonly reason: "bad_result" | "too_large";
  /** For the log: the place and the kind, never the value. */
  readonly cause: string;
}

/**
 * At most `maxBytes` of JSON. Takes what `JSON.stringify` takes without loss of meaning: nothing at all is null, an
 * undefined member is left out, a Date is its ISO text. Refuses what it would quietly turn into something else: NaN
 * into null, a Map into {}.
 */
export function plainJson(value: unknown, maxBytes: number): Result<Json, NotJson> {
  try {
    const json = new Copy(maxBytes).of(value ?? null, "the result", 0);
    const bytes = new TextEncoder().encode(JSON.stringify(json)).byteLength;
    return bytes > maxBytes ? err(tooLarge(maxBytes)) : ok(json);
  } catch (error) {
    if (error instanceof Refused) return err(error.why);
    return err({ reason: "bad_result", cause: "reading the result threw" });
  }
}

const tooLarge = (maxBytes: number): NotJson => ({
  reason: "too_large",
  cause: `more than ${maxBytes} bytes as JSON`,
});

/** Leaves the recursion; never leaves this file. */
class Refused extends Error {
  readonly why: NotJson;
  constructor(why: NotJson) {
    super(why.cause);
    this.why = why;
  }
}

class Copy {
  /** A lower bound of what is still free, counted on the way: ten megabytes must not be copied to be found too large. */
  #left: number;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#left = maxBytes;
    this.#maxBytes = maxBytes;
  }

  of(value: unknown, place: string, depth: number): Json {
    this.#spend(1);
    // A cycle has no end, so the depth ends it.
    if (depth > LIMITS.jsonDepth)
      return refuse(place, `nested deeper than ${LIMITS.jsonDepth} levels, or in a cycle`);
    switch (typeof value) {
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) ? value : refuse(place, String(value));
      case "string":
        this.#spend(value.length);
        return value;
      case "object":
        return value === null ? null : this.#object(value, place, depth);
      default:
        return refuse(place, `a ${typeof value}`);
    }
  }

  #object(value: object, place: string, depth: number): Json {
    const kind = Object.prototype.toString.call(value).slice("[object ".length, -1);
    if (Array.isArray(value)) {
      this.#spend(value.length);
      return value.map((item: unknown, index) => this.of(item, `${place}[${index}]`, depth + 1));
    }
    if (value instanceof Date) {
      return Number.isNaN(value.getTime()) ? refuse(place, "an invalid Date") : value.toISOString();
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return refuse(place, `a ${kind}`);
    const members: [string, Json][] = [];
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue;
      this.#spend(key.length);
      members.push([key, this.of(member, `${place}.${key}`, depth + 1)]);
    }
    // Not by assignment: a member called __proto__ must stay a member.
    return Object.fromEntries(members);
  }

  #spend(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new Refused(tooLarge(this.#maxBytes));
  }
}

const refuse = (place: string, kind: string): never => {
  throw new Refused({ reason: "bad_result", cause: `${place} is ${kind}, which JSON cannot say` });
};
