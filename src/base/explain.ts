/**
 * Turns a zod failure into one sentence for the person who made the mistake: which field, what is wrong, what would
 * be right. Names fields; never repeats their values.
 */
import type * as z from "zod";

/** Longest name of an unknown member that is repeated to its sender, in characters. */
const NAME_CHARS = 40;
/** Faults told at once: enough to mend a message in one go, short enough for a log line. */
const FAULTS_TOLD = 3;

/** The first few faults of `error`, separated by semicolons. `root` names the whole value, e.g. `hello`. */
export const explain = (error: z.ZodError, root: string): string =>
  error.issues
    .slice(0, FAULTS_TOLD)
    .map((issue) => explainIssue(issue, root))
    .join("; ");

const explainIssue = (issue: z.core.$ZodIssue, root: string): string => {
  const where = issue.path.length === 0 ? root : `${root}.${issue.path.map(String).join(".")}`;
  switch (issue.code) {
    case "unrecognized_keys":
      return `${where}: unknown ${issue.keys.length === 1 ? "member" : "members"} ${issue.keys.slice(0, FAULTS_TOLD).map(quoteName).join(", ")}`;
    case "invalid_type":
      return issue.message.endsWith("received undefined")
        ? `${where}: missing; expected ${expected(issue.expected)}`
        : `${where}: expected ${expected(issue.expected)}`;
    case "invalid_value":
      return `${where}: expected ${oneOf(issue.values)}`;
    case "invalid_union":
      return "options" in issue && Array.isArray(issue.options)
        ? `${where}: expected ${oneOf(issue.options)}`
        : `${where}: none of the allowed forms`;
    default:
      return `${where}: ${lowerFirst(issue.message)}`;
  }
};

const expected = (type: string): string =>
  type === "int" ? "a whole number" : `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;

const oneOf = (values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value)).join(" or ");

const quoteName = (name: string): string =>
  JSON.stringify(name.length > NAME_CHARS ? `${name.slice(0, NAME_CHARS)}…` : name);

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
