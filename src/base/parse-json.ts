/**
 * JSON from outside. `JSON.parse` takes any depth, but writing such a value out again overflows the stack; so depth is
 * bounded here, once, before anything walks the value.
 */
import type { Json } from "./json.ts";
import { LIMITS } from "./limits.ts";
import { err, ok, type Result } from "./result.ts";

/** The value of `text`, or in our own words why there is none. Never throws, never repeats the text. */
export const parseJson = (text: string): Result<Json, string> => {
  if (deeperThan(text, LIMITS.jsonDepth)) return err(`nested deeper than ${LIMITS.jsonDepth} levels`);
  try {
    return ok(JSON.parse(text) as Json);
  } catch {
    return err("not valid JSON");
  }
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Counts brackets outside strings. On text that is not JSON the answer means nothing, and the parser refuses it. */
const deeperThan = (text: string, limit: number): boolean => {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      if (++depth > limit) return true;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth--;
  }
  return false;
};
