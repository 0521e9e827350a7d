/**
 * Fills `{{…}}` in what a scenario says and in the arguments it gives.
 */

/** What placeholders can name: `result.balance`, `arguments.account`, `match.city`, `heard`. */
export type Values = Readonly<Record<string, unknown>>;

const PLACEHOLDER = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** The text with every placeholder replaced; what is not there reads "unknown". */
export function fill(text: string, values: Values): string {
  return text.replace(PLACEHOLDER, (_, path: string) => written(look(values, path)));
}

/** The same for a JSON value: a string that is one placeholder and nothing else takes the value's own type. */
export function fillJson(value: unknown, values: Values): unknown {
  if (typeof value === "string") {
    const only = /^\{\{\s*([^{}]+?)\s*\}\}$/.exec(value)?.[1];
    return only === undefined ? fill(value, values) : (look(values, only) ?? null);
  }
  if (Array.isArray(value)) return value.map((each) => fillJson(each, values));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillJson(each, values)]));
  }
  return value;
}

function look(values: Values, path: string): unknown {
  let found: unknown = values;
  for (const key of path.split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}

function written(value: unknown): string {
  if (value === undefined || value === null) return "unknown";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toFixed(2);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
