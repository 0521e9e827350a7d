/**
 * Are these arguments what the tool asked for? Checked against its described JSON Schema before anything is called;
 * the tool checks again with its own schema, which knows more.
 */
import * as z from "zod";
import { explain } from "../base/explain.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { err, ok, type Result } from "../base/result.ts";
import { repair, unwrapArguments } from "./argument-repair.ts";

/** The arguments as they should be passed on, or what is wrong with them in words the model can act on. */
export type ArgumentCheck = (args: Json) => Result<JsonObject, string>;

/**
 * Prepares the check for one schema. zod reads most of JSON Schema but not all (if/then/else, dependent members,
 * remote references, and types nobody knows make it throw): then only an object is asked for, and the tool judges.
 */
export function argumentCheck(schema: JsonObject): ArgumentCheck {
  const validator = compile(schema);
  return (args) => {
    const given = unwrapArguments(args);
    if (given === null) return err("arguments: expected an object");
    if (new TextEncoder().encode(JSON.stringify(given)).byteLength > LIMITS.toolArgumentBytes) {
      return err("arguments: too long");
    }
    if (validator === null || validator.safeParse(given).success) return ok(given);
    const mended = repair(given, schema);
    const second = validator.safeParse(mended);
    if (!second.success) return err(explain(second.error, "arguments"));
    return isJsonObject(mended) ? ok(mended) : err("arguments: expected an object");
  };
}

function compile(schema: JsonObject): z.ZodType | null {
  try {
    return z.fromJSONSchema(withoutPatterns(schema) as z.core.JSONSchema.JSONSchema);
  } catch {
    return null;
  }
}

/**
 * A regular expression can take for ever on the wrong text, and would take the session with it. The tool that wrote
 * it may run it.
 */
function withoutPatterns(schema: Json | undefined): Json | undefined {
  if (Array.isArray(schema)) return schema.map((item: Json) => withoutPatterns(item) ?? null);
  if (!isJsonObject(schema)) return schema;
  const kept = Object.entries(schema).flatMap(([keyword, value]): [string, Json][] => {
    if (keyword === "pattern" || keyword === "patternProperties") return [];
    if (MEMBERS.has(keyword) && isJsonObject(value)) {
      const members = Object.entries(value).map(([name, of]) => [name, withoutPatterns(of) ?? null] as const);
      return [[keyword, Object.fromEntries(members)]];
    }
    return [[keyword, DATA.has(keyword) ? value : (withoutPatterns(value) ?? null)]];
  });
  return Object.fromEntries(kept);
}

/** Keywords whose members are named by the tool: a property may well be called "pattern". */
const MEMBERS: ReadonlySet<string> = new Set(["properties", "$defs", "definitions"]);
/** Keywords whose value is data, not a schema. */
const DATA: ReadonlySet<string> = new Set(["enum", "const", "default", "examples"]);
