/**
 * Turns zod's issues into lines a person can act on: where, what is there, what would be right.
 */
import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** What to write where a list of alternatives was expected and none was meant. */
const STEP_FORMS = `a step is one of {"say": "words"}, {"use": "tool", "arguments": {…}}, {"pause": 500}, {"fault": {"type": "cut"}}`;

/** One line for each problem; `value` is what was checked. */
export function explain(error: z.ZodError, value: unknown): string {
  return error.issues.flatMap((issue) => lines(issue, [], value)).join("\n");
}

/** `turns[2].do[0].say`, or `scenario` for the whole. */
export function where(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "scenario";
  return path.reduce<string>((sum, key) => {
    if (typeof key === "number") return `${sum}[${key}]`;
    return sum === "" ? String(key) : `${sum}.${String(key)}`;
  }, "");
}

function lines(issue: Issue, prefix: readonly PropertyKey[], value: unknown): string[] {
  const path = [...prefix, ...issue.path];
  const at = where(path);
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const meant = nearest(issue.errors);
    if (meant !== undefined) return meant.flatMap((inner) => lines(inner, path, value));
    return [`${at}: ${STEP_FORMS}; found ${shown(look(value, path))}`];
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${where([...path, key])}: is not a known member here`);
  }
  if (issue.code === "custom") return [`${at}: ${issue.message}`];
  return [`${at}: ${issue.message.replace(/^Invalid input: /, "")}; found ${shown(look(value, path))}`];
}

/** The alternative the writer had in mind: the one whose members fit best, if one does. */
function nearest(alternatives: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const ranked = alternatives
    .map((issues) => ({ issues, misfit: issues.reduce((sum, issue) => sum + misfit(issue), 0) }))
    .sort((a, b) => a.misfit - b.misfit);
  const [best, second] = ranked;
  if (best === undefined || best.misfit === second?.misfit) return undefined;
  return best.issues;
}

function misfit(issue: Issue): number {
  if (issue.code === "unrecognized_keys") return issue.keys.length;
  if (issue.path.length === 0) return 10;
  // A missing member reads as undefined; that is the mark of another alternative.
  if (issue.path.length === 1 && issue.code === "invalid_type" && issue.input === undefined) return 1;
  return 0;
}

function look(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Record<PropertyKey, unknown>)[key];
  }
  return found;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 57)}…` : json;
}
