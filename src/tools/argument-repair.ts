/**
 * Slips that speech models make in arguments and that have one sensible reading. Nothing is guessed: what could be
 * read in two ways stays as it is and is refused.
 */
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { parseJson } from "../base/parse-json.ts";

/** How often arguments may be wrapped in a string. Twice has been seen. */
const WRAPPINGS = 3;

/** Arguments as an object: unwraps JSON in a string; nothing at all means no arguments. Null when there is no object. */
export function unwrapArguments(args: Json): JsonObject | null {
  let value = args;
  for (let i = 0; i < WRAPPINGS && typeof value === "string"; i++) {
    if (value.trim() === "") return {};
    const parsed = parseJson(value);
    if (!parsed.ok) return null;
    value = parsed.value;
  }
  if (value === null) return {};
  return isJsonObject(value) ? value : null;
}

/** `value` with its slips mended as far as `schema` says what was meant. */
export function repair(value: Json, schema: Json | undefined): Json {
  if (!isJsonObject(schema)) return value;
  const mended = toType(value, typesOf(schema));
  if (typeof mended === "string") return toMember(mended, schema.enum);
  if (Array.isArray(mended)) return mended.map((item: Json) => repair(item, schema.items));
  if (isJsonObject(mended) && isJsonObject(schema.properties))
    return repairMembers(mended, schema, schema.properties);
  return mended;
}

function repairMembers(value: JsonObject, schema: JsonObject, properties: JsonObject): JsonObject {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const members = Object.entries(value).flatMap(([name, member]): [string, Json][] => {
    const of = Object.hasOwn(properties, name) ? properties[name] : undefined;
    // "I have nothing for this" is written as null; the schema says it by leaving the member out.
    if (member === null && !required.includes(name) && !mayBeNull(of)) return [];
    return [[name, repair(member, of)]];
  });
  return Object.fromEntries(members);
}

const typesOf = (schema: JsonObject): readonly Json[] => {
  if (typeof schema.type === "string") return [schema.type];
  return Array.isArray(schema.type) ? schema.type : [];
};

/** Unless the schema plainly says otherwise, null may have a meaning. */
const mayBeNull = (schema: Json | undefined): boolean =>
  !isJsonObject(schema) || typesOf(schema).length === 0 || typesOf(schema).includes("null");

/** JSON's way to write a number, without exponent: "007" is a name, not seven. */
const NUMBER = /^-?(0|[1-9]\d{0,14})(\.\d{1,10})?$/;

function toType(value: Json, types: readonly Json[]): Json {
  // With several types asked for, a value has several readings.
  if (types.length !== 1) return value;
  const type = types[0];
  if (typeof value === "number" && type === "string")
    return Number.isSafeInteger(value) ? String(value) : value;
  if (typeof value !== "string") return value;
  const text = value.trim();
  switch (type) {
    case "number":
    case "integer":
      return NUMBER.test(text) ? Number(text) : value;
    case "boolean":
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : value;
    case "object":
    case "array": {
      const parsed = parseJson(text);
      return parsed.ok && typeof parsed.value === "object" ? parsed.value : value;
    }
    default:
      return value;
  }
}

/** "Checking " for "checking", when only one member can be meant. */
function toMember(value: string, members: Json | undefined): string {
  if (!Array.isArray(members) || members.includes(value)) return value;
  const plain = value.trim().toLowerCase();
  const meant = members.filter(
    (member): member is string => typeof member === "string" && member.toLowerCase() === plain,
  );
  return meant.length === 1 && meant[0] !== undefined ? meant[0] : value;
}
