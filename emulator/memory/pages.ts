/**
 * Pages of a list. A token names the entry after which the next page begins, so that what is deleted or added between
 * two pages neither hides nor repeats anything else; and it belongs to the list it came from.
 */
import { createHash } from "node:crypto";
import { err, ok, type Result } from "../result.ts";
import { invalid, type MemoryRefusal } from "./refusals.ts";

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

export interface Paging<T> {
  /** What is listed, as JSON can tell it: another list's token is refused. */
  readonly of: unknown;
  readonly maxResults: number;
  readonly nextToken?: string | undefined;
  /** Grows along the list, and is one entry's alone. */
  keyOf(item: T): string;
}

export function page<T>(items: readonly T[], paging: Paging<T>): Result<Page<T>, MemoryRefusal> {
  const { of, maxResults, nextToken, keyOf } = paging;
  const list = createHash("sha256").update(JSON.stringify(of)).digest("hex").slice(0, 16);
  const after = nextToken === undefined ? undefined : read(nextToken, list);
  if (nextToken !== undefined && after === undefined) return err(invalid("Invalid nextToken."));
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const shown = rest.slice(0, maxResults);
  const last = shown.at(-1);
  return ok({
    items: shown,
    ...(last === undefined || rest.length <= maxResults ? {} : { nextToken: write(list, keyOf(last)) }),
  });
}

const write = (list: string, key: string): string => Buffer.from(`${list}:${key}`).toString("base64");

function read(token: string, list: string): string | undefined {
  const text = Buffer.from(token, "base64").toString("utf8");
  return text.startsWith(`${list}:`) ? text.slice(list.length + 1) : undefined;
}
