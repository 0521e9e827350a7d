/**
 * Where a text stops being JSON (RFC 8259), for whoever wrote it: JavaScript's own parser tells the place of some faults only.
 */

export interface JsonFault {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors count. */
  readonly column: number;
  /** What should have been there. */
  readonly expected: string;
}

const BLANK = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/** What may come next, in words. */
const EXPECTED = {
  value: 'a value: "text", a number, true, false, null, […] or {…}',
  name: 'a member\'s name in quotes, such as "name"',
  colon: '":" and a value',
  more: '"," or the closing bracket',
  end: "nothing more",
  text: 'a text that ends in the line it begins in, with \\ before " and \\ within',
} as const;

/** The first fault, or null where there is none. */
export function jsonFault(text: string): JsonFault | null {
  const fault = new Scanner(text).scan();
  if (fault === null) return null;
  const before = text.slice(0, fault.at).split("\n");
  return {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    expected: EXPECTED[fault.expected],
  };
}

interface Fault {
  readonly at: number;
  readonly expected: keyof typeof EXPECTED;
}

type Next = Exclude<Fault["expected"], "text">;

class Scanner {
  readonly #text: string;
  #at = 0;
  /** The closing brackets that are owed, innermost last. */
  readonly #open: ("}" | "]")[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  scan(): Fault | null {
    let expected: Next | null = "value";
    while (expected !== null) {
      this.#take(BLANK);
      const next: Next | "fault" | null = this.#step(expected);
      if (next === "fault") {
        const isText = (expected === "value" || expected === "name") && this.#text[this.#at] === '"';
        return { at: this.#at, expected: isText ? "text" : expected };
      }
      expected = next;
    }
    return null;
  }

  /** Takes what is expected; what is expected then, null at the end. */
  #step(expected: Next): Next | "fault" | null {
    switch (expected) {
      case "value":
        if (this.#takeText("{")) return this.#begun("}");
        if (this.#takeText("[")) return this.#begun("]");
        return this.#take(STRING) || this.#take(SCALAR) ? this.#afterValue() : "fault";
      case "name":
        return this.#take(STRING) ? "colon" : "fault";
      case "colon":
        return this.#takeText(":") ? "value" : "fault";
      case "more":
        if (this.#takeText(",")) return this.#open.at(-1) === "}" ? "name" : "value";
        return this.#closed() ? this.#afterValue() : "fault";
      case "end":
        return this.#at === this.#text.length ? null : "fault";
    }
  }

  /** A bracket was opened; it may be closed at once. */
  #begun(close: "}" | "]"): Next {
    this.#open.push(close);
    this.#take(BLANK);
    if (this.#closed()) return this.#afterValue();
    return close === "}" ? "name" : "value";
  }

  #closed(): boolean {
    const close = this.#open.at(-1);
    if (close === undefined || !this.#takeText(close)) return false;
    this.#open.pop();
    return true;
  }

  #afterValue(): Next {
    return this.#open.length === 0 ? "end" : "more";
  }

  #takeText(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) return false;
    this.#at += found.length;
    return true;
  }
}
