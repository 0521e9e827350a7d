/**
 * The contract between a gateway and a Worker that offers tools: two RPC methods, plain data both ways. Whoever
 * extends `ToolWorker` has it for nothing; whoever implements it by hand is welcome.
 */
import * as z from "zod";
import type { CallPolicy } from "../agent/call-policy.ts";
import { FACTS } from "../agent/facts.ts";
import type { ToolContext } from "../agent/tool-context.ts";
import type { Json, JsonObject } from "../base/json.ts";
import type { ToolOutcome, ToolWord } from "../conversation/events.ts";

/** One tool, as its Worker describes it. */
export interface ToolDescription extends CallPolicy {
  /** `^[a-zA-Z0-9_-]+$`, at most 64 characters. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments: an object schema. */
  readonly inputSchema: JsonObject;
  /** Ms after which the model is told that it timed out; the gateway's own limit when left out. */
  readonly timeoutMs?: number;
}

/** One call, as the gateway hands it over. */
export interface ToolInvocation {
  readonly name: string;
  readonly arguments: Json;
  readonly context: ToolContext;
  /** Unique in the session. */
  readonly call: string;
  /** Ms after which the gateway no longer listens. */
  readonly timeoutMs: number;
}

/** What a service binding to a tool Worker answers to. */
export interface ToolBinding {
  describe(): Promise<readonly ToolDescription[]>;
  invoke(invocation: ToolInvocation): Promise<ToolReply>;
}

/**
 * What a call came to. Beside a good answer stands a word for the session: facts to be set and the segment in which the
 * talk should go on. Neither the model nor the caller is told it.
 */
export type ToolReply = ToolOutcome & { readonly word?: ToolWord };

/** A gateway from before there were segments tells neither its segment nor facts: it has one, and knows none. */
export const CONTEXT = z.object({
  session: z.string(),
  agent: z.string(),
  caller: z.string().nullable(),
  tenant: z.string().nullable(),
  segment: z.string().default("main"),
  facts: FACTS.default({}),
});

/** Members that this version does not know are left alone: gateway and tools are deployed at different times. */
export const INVOCATION = z.object({
  name: z.string(),
  arguments: z.json(),
  context: CONTEXT,
  call: z.string(),
  timeoutMs: z.number().positive(),
});

/** The word is read apart from it: one that will not do costs nobody the answer. */
export const OUTCOME = z.discriminatedUnion("status", [
  z.object({ status: z.literal("ok"), value: z.json() }),
  z.object({ status: z.literal("failed"), reason: z.string(), say: z.string() }),
]);
