/**
 * A zod object schema as rows of a page's table: each member's path, its type in words, whether it must be there.
 */
import * as z from "zod";
import { ERRORS } from "../../src/base/errors.ts";

export interface Row {
  /** `audio.input.rate`, `tools[].name`. */
  readonly member: string;
  readonly type: string;
  readonly needed: "yes" | "no";
}

interface Node {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
}

/** Members in the schema's order. `type`, which a page tells in its heading, is left out. */
export const rowsOf = (schema: z.ZodType): readonly Row[] =>
  walk(z.toJSONSchema(schema, { unrepresentable: "any", io: "input" }) as Node, "").filter(
    ({ member }) => member !== "type",
  );

const walk = (node: Node, prefix: string): readonly Row[] =>
  Object.entries(node.properties ?? {}).flatMap(([name, member]) => {
    const path = prefix + name;
    const needed = node.required?.includes(name) === true ? "yes" : "no";
    const { inner, nullable } = unwrap(member);
    if (inner.properties === undefined && inner.items?.properties === undefined)
      return [{ member: path, type: typeOf(inner) + (nullable ? " or null" : ""), needed } as const];
    const children = inner.items === undefined ? walk(inner, `${path}.`) : walk(inner.items, `${path}[].`);
    if (needed === "yes" && !nullable) return children;
    return [{ member: path, type: `object${nullable ? " or null" : ""}`, needed } as const, ...children];
  });

const unwrap = (node: Node): { readonly inner: Node; readonly nullable: boolean } => {
  const [first, second] = node.anyOf ?? [];
  return first !== undefined && second?.type === "null"
    ? { inner: first, nullable: true }
    : { inner: node, nullable: false };
};

const typeOf = (node: Node): string => {
  if (node.const !== undefined) return literal(node.const);
  // The codes have a table of their own, checked against the same list.
  if (node.enum?.length === Object.keys(ERRORS).length) return "[error code](#errors-and-close-codes)";
  if (node.enum !== undefined) return node.enum.map(literal).join(", ");
  return node.type === undefined ? "any JSON" : [node.type].flat().join(" or ");
};

const literal = (value: unknown): string => `\`${JSON.stringify(value)}\``;
