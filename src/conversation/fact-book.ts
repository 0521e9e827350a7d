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

/** A fact of which a tool has said that it is not so any more, whether it was in this session or not. */
export interface TakenBack {
  readonly name: string;
  /** Ms since the Unix epoch. */
  readonly at: number;
}

export class FactBook {
  readonly #facts: Map<string, KeptFact>;
  readonly #takenBack: Map<string, TakenBack>;

  constructor(facts: readonly KeptFact[] = [], takenBack: readonly TakenBack[] = []) {
    this.#facts = new Map(facts.map((fact) => [fact.name, fact]));
    this.#takenBack = new Map(takenBack.map((gone) => [gone.name, gone]));
  }

  /** Null takes a fact back. False when there is no room for another one. */
  set(name: string, value: FactValue | null, segment: string, at: number): boolean {
    if (value === null) {
      this.#facts.delete(name);
      this.#takenBack.set(name, { name, at });
      return true;
    }
    this.#takenBack.delete(name);
    if (!this.#facts.has(name) && this.#facts.size >= LIMITS.factsKept) return false;
    this.#facts.set(name, { name, value, segment, at });
    return true;
  }

  get kept(): readonly KeptFact[] {
    return [...this.#facts.values()];
  }

  get takenBack(): readonly TakenBack[] {
    return [...this.#takenBack.values()];
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
