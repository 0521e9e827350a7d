/**
 * What a session knows for certain. Only results of tools write here; each fact remembers the segment in which it was
 * found, since not every segment passes on what it knows.
 */
import type { Facts, FactValue } from "../agent/facts.ts";
import { LIMITS } from "../base/limits.ts";

/** A fact as it is stored. */
export interface KeptFact {
  readonly name: string;
  readonly value: FactValue;
  /** Where it was found. */
  readonly segment: string;
  /** Ms since the Unix epoch. */
  readonly at: number;
}

export class FactBook {
  readonly #facts: Map<string, KeptFact>;

  constructor(facts: readonly KeptFact[] = []) {
    this.#facts = new Map(facts.map((fact) => [fact.name, fact]));
  }

  /** Null takes a fact back. False when there is no room for another one. */
  set(name: string, value: FactValue | null, segment: string, at: number): boolean {
    if (value === null) {
      this.#facts.delete(name);
      return true;
    }
    if (!this.#facts.has(name) && this.#facts.size >= LIMITS.factsKept) return false;
    this.#facts.set(name, { name, value, segment, at });
    return true;
  }

  get kept(): readonly KeptFact[] {
    return [...this.#facts.values()];
  }

  /** All of them: what guards go by. */
  get all(): Facts {
    return valuesOf(this.kept);
  }

  /** Those that `wanted` lets through. */
  only(wanted: (fact: KeptFact) => boolean): Facts {
    return valuesOf(this.kept.filter(wanted));
  }
}

const valuesOf = (facts: readonly KeptFact[]): Facts =>
  Object.fromEntries(facts.map(({ name, value }) => [name, value]));
