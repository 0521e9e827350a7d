/**
 * The contract between a gateway and a Worker that is a sub-agent: one RPC method, plain data both ways, and a function
 * for progress. Whoever extends `SubAgentWorker` has it for nothing.
 */
import * as z from "zod";
import type { ToolContext } from "../agent/tool-context.ts";
import type { Json } from "../base/json.ts";
import type { ToolWord } from "../conversation/events.ts";
import { CONTEXT } from "./contract.ts";

/** One question, as the gateway hands it over. */
export interface SubAgentQuestion {
  /** In words. */
  readonly question: string;
  /** The tool's arguments, checked against its schema. */
  readonly input: Json;
  readonly context: ToolContext;
  /** Unique in the session. */
  readonly call: string;
  /** Ms after which the gateway no longer listens. */
  readonly timeoutMs: number;
}

/** What it says. Markup, code and whatever is too long are taken out before a voice reads it. */
export type SubAgentReply =
  | {
      readonly status: "done" | "needs_input";
      readonly say: string;
      /** What the voice agent should do then. */
      readonly next?: string;
      /** For the session: facts to be set, and the segment in which the talk should go on. */
      readonly word?: ToolWord;
    }
  /** `say` is for the caller. */
  | { readonly status: "failed"; readonly say: string };

/** What a service binding to a sub-agent answers to. */
export interface SubAgentBinding {
  /** `progress` hears short words while it works. */
  ask(question: SubAgentQuestion, progress?: (words: string) => void): Promise<SubAgentReply>;
}

export const QUESTION = z.object({
  question: z.string(),
  input: z.json(),
  context: CONTEXT,
  call: z.string(),
  timeoutMs: z.number().positive(),
});

export const REPLY = z.discriminatedUnion("status", [
  z.object({ status: z.enum(["done", "needs_input"]), say: z.string(), next: z.string().exactOptional() }),
  z.object({ status: z.literal("failed"), say: z.string() }),
]);
