/**
 * The same arguments, written the same: members in order, so that two calls can be told to be one.
 */
import { isJsonObject, type Json } from "../base/json.ts";

export const canonicalJson = (value: Json): string =>
  JSON.stringify(value, (_, member: unknown) =>
    isJsonObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  );
