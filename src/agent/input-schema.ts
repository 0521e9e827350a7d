/**
 * A zod schema as the JSON Schema that the model is shown. Nova wants an object at the root and reads every byte, so
 * what only a validator needs is left out.
 */
import * as z from "zod";
import { isJsonObject, type JsonObject } from "../base/json.ts";
import { err, ok, type Result } from "../base/result.ts";

/** What a caller of the tool may write: defaults are optional, transforms have not happened yet. */
export function inputSchema(input: z.ZodObject | JsonObject): Result<JsonObject, string> {
  if (!(input instanceof z.ZodObject)) return written(input);
  try {
    const schema = z.toJSONSchema(input, {
      io: "input",
      target: "draft-7",
      cycles: "throw",
      override: quieten,
    });
    // Through text and back: zod's own object carries more than JSON.
    const { $schema: _, ...rest } = JSON.parse(JSON.stringify(schema)) as JsonObject;
    return ok({ ...rest, type: "object", properties: rest.properties ?? {} });
  } catch (error) {
    return err(
      error instanceof Error ? (error.message.split("\n")[0] ?? "") : "it cannot be written as JSON Schema",
    );
  }
}

/** JSON Schema that the builder wrote. What is in it is between the builder and the model. */
function written(schema: JsonObject): Result<JsonObject, string> {
  const { $schema: _, ...rest } = schema;
  const { type, properties = {} } = rest;
  if (type !== "object") return err('it is neither a zod object nor JSON Schema with "type": "object"');
  if (!isJsonObject(properties)) return err("its properties are no object");
  return ok({ ...rest, properties });
}

/** zod bounds every integer by what a double can hold. True, and noise to a model. */
function quieten({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
