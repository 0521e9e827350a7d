/**
 * Looks for words in everything that came in and went out, of streams and of calls: did a secret go upstream?
 */
import type { Registry } from "../engine/registry.ts";
import type { Trace, TraceEntry } from "../engine/trace.ts";
import { LIMITS } from "../limits.ts";
import type { CallBook } from "./call-book.ts";

export interface Hit {
  readonly in: "stream" | "call";
  readonly id: string;
  /** Number of the entry in that trace. */
  readonly n: number;
  readonly direction: TraceEntry["direction"];
  readonly name: string;
  readonly excerpt: string;
}

export interface Found {
  /** False when something that came or went is not kept any more, or was too large to keep: no hit then proves nothing. */
  readonly complete: boolean;
  readonly hits: readonly Hit[];
}

/** @param direction Only what was received (went upstream) or sent (came back). Case is ignored. */
export function search(
  text: string,
  direction: "received" | "sent" | undefined,
  registry: Registry,
  book: CallBook,
): Found {
  const wanted = text.toLowerCase();
  const hits: Hit[] = [];
  let complete = !book.hasForgotten && !registry.hasForgotten;

  const look = (kind: Hit["in"], id: string, trace: Trace): void => {
    const entries = trace.since(0);
    if ((entries[0]?.n ?? 0) > 0) complete = false;
    let typed: TraceEntry | undefined;
    let typedSoFar = "";
    for (const entry of entries) {
      if (entry.direction === "note" || (direction !== undefined && entry.direction !== direction)) continue;
      if (typeof entry.body === "string" && OMITTED.test(entry.body)) complete = false;
      // A text longer than 1 KB comes in several events; words may lie across two of them.
      const piece = textPiece(entry);
      const isNext = piece !== undefined && typed !== undefined;
      typedSoFar = piece === undefined ? "" : `${isNext ? typedSoFar.slice(-wanted.length) : ""}${piece}`;
      typed = piece === undefined ? undefined : entry;
      const where = isNext ? [typedSoFar, ...strings(entry.body)] : strings(entry.body);
      const found = where.find((each) => each.toLowerCase().includes(wanted));
      if (found === undefined || hits.length >= LIMITS.searchHits) continue;
      const { n, name } = entry;
      hits.push({ in: kind, id, n, direction: entry.direction, name, excerpt: excerpt(found, wanted) });
    }
  };

  for (const { id, trace } of registry.list()) look("stream", id, trace);
  for (const { id, trace } of book.list()) look("call", id, trace);
  return { complete, hits };
}

/** What a trace says in place of a body that is out of all proportion. */
const OMITTED = /^\(\d+ characters\)$/;

/** Every string in a value, its keys, its numbers, and what is inside of strings that are JSON themselves. */
function strings(value: unknown): string[] {
  if (typeof value === "string") return [value, ...strings(inside(value))];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(strings);
  return Object.entries(value).flatMap(([key, each]) => [key, ...strings(each)]);
}

function inside(text: string): unknown {
  if (!/^\s*[{["]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textPiece({ name, body }: TraceEntry): string | undefined {
  if (name !== "textInput" || typeof body !== "object" || body === null || !("content" in body))
    return undefined;
  return typeof body.content === "string" ? body.content : undefined;
}

function excerpt(text: string, wanted: string): string {
  const at = text.toLowerCase().indexOf(wanted);
  const from = Math.max(0, at - 40);
  const to = at + wanted.length + 40;
  return `${from > 0 ? "…" : ""}${text.slice(from, to)}${to < text.length ? "…" : ""}`;
}
