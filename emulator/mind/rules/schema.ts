/**
 * The part of JSON Schema that a tool's simple arguments are described with. Anything else is left out, never a fault.
 */

export interface Property {
  readonly type: string | undefined;
  readonly enum: readonly unknown[];
  readonly default: unknown;
  readonly format: string | undefined;
  readonly pattern: string | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly description: string;
  readonly isRequired: boolean;
  /** The schema itself, for what is inside of objects and arrays. */
  readonly schema: unknown;
  readonly items: unknown;
}

/** The properties of an object schema in their order. */
export function propertiesOf(schema: unknown): [name: string, property: Property][] {
  const fields = record(schema);
  const required = Array.isArray(fields.required) ? fields.required : [];
  return Object.entries(record(fields.properties)).map(([name, each]) => [
    name,
    property(each, required.includes(name)),
  ]);
}

export function property(schema: unknown, isRequired: boolean): Property {
  const fields = withoutNull(record(schema));
  const type = Array.isArray(fields.type) ? fields.type.find((each) => each !== "null") : fields.type;
  const values = fields.const === undefined ? fields.enum : [fields.const];
  return {
    type: text(type),
    enum: Array.isArray(values) ? values : [],
    default: fields.default,
    format: text(fields.format),
    pattern: text(fields.pattern),
    minimum: number(fields.minimum) ?? more(number(fields.exclusiveMinimum), 1),
    maximum: number(fields.maximum) ?? more(number(fields.exclusiveMaximum), -1),
    description: text(fields.description) ?? "",
    isRequired,
    schema: fields,
    items: fields.items,
  };
}

/** `anyOf: [X, null]`, as generators write an optional value, is X. */
function withoutNull(fields: Record<string, unknown>): Record<string, unknown> {
  const choices = fields.anyOf ?? fields.oneOf;
  if (!Array.isArray(choices)) return fields;
  const first = choices.map(record).find((choice) => choice.type !== "null");
  return { ...fields, ...first };
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
const more = (value: number | undefined, step: number): number | undefined =>
  value === undefined ? undefined : value + step;
