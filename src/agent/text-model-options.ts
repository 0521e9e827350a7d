/**
 * How a builder names a text model on Bedrock, for what the gateway itself puts into words.
 */
import * as z from "zod";
import { isModelId } from "./models.ts";
import { looksLikeRuntimeArn } from "./runtime-arn.ts";

/** A text model that Converse reaches. */
export interface TextModelOptions {
  /** Bedrock's id of a model or of an inference profile, such as `amazon.nova-lite-v1:0`, or the ARN of one. */
  readonly model: string;
  /** AWS region it is asked in; by default the agent's. */
  readonly region?: string;
}

/** Bedrock's model and inference-profile ids, and ARNs of them. */
export const TEXT_MODEL_ID = /^[\w.:/-]{1,2048}$/;
export const REGION_NAME = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/;

export const TEXT_MODEL = z.strictObject({
  model: z
    .string()
    .regex(TEXT_MODEL_ID)
    .refine((model) => !isModelId(model) && !looksLikeRuntimeArn(model))
    .meta({
      description: "Bedrock id of a text model or an inference profile, or the ARN of one",
      examples: ["amazon.nova-lite-v1:0"],
    }),
  region: z
    .string()
    .regex(REGION_NAME)
    .describe("AWS region it is asked in; by default the agent's")
    .exactOptional(),
});
