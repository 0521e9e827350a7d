/**
 * How a builder lists a sub-agent: an agent with its own model, prompt and tools, offered as one tool. These only take
 * notes; `defineAgent` checks them.
 */
import * as z from "zod";
import type { JsonObject } from "../base/json.ts";
import type { CallOptions } from "./call-policy.ts";
import type { HasWithin, Offers } from "./offers.ts";
import type { Auth, Configured, Tells } from "./remote.ts";
import type { ListedTool } from "./tool-list.ts";

export interface SubAgentOptions<Name extends string = string> extends CallOptions {
  /** Letters, digits, `_` and `-`; at most 64. */
  readonly name: Name;
  /** What it can find out or do, and when to ask it. The voice model decides by these words. */
  readonly description: string;
  /** The arguments, as a zod schema or as JSON Schema; by default one `question`. */
  readonly input?: z.ZodObject | JsonObject;
  /** Who answers. */
  readonly agent: ListedSubAgent;
  /** Whether a new question calls off one that still runs. By default false: the new one waits its turn. */
  readonly supersede?: boolean;
  /** Longest answer in characters; by default `LIMITS.subAgentSayChars`. */
  readonly sayChars?: number;
}

export interface SubAgentLimits {
  /** Times the model is asked for one question. */
  readonly rounds: number;
  /** Ms for one question. */
  readonly ms: number;
  /** Tokens for one question, in and out. */
  readonly tokens: number;
}

export type ListedSubAgent =
  | {
      readonly kind: "bedrock";
      readonly model?: string;
      readonly region?: string;
      readonly prompt: string;
      readonly tools?: readonly ListedTool[];
      readonly limits?: Partial<SubAgentLimits>;
    }
  | {
      readonly kind: "agent_core";
      readonly runtimeArn: Configured;
      readonly qualifier?: string;
      readonly region?: string;
      /** Facts that it is told with every question, by name, secret ones too. By default none. */
      readonly tells?: Tells;
    }
  | {
      readonly kind: "a2a";
      readonly url: Configured;
      readonly auth?: Auth;
      readonly streaming?: boolean;
      /** Facts that it is told with every question, by name, secret ones too. By default none. */
      readonly tells?: Tells;
    }
  | { readonly kind: "worker"; readonly binding: string };

export type ListedSubAgentTool = {
  readonly type: "sub_agent";
  readonly input: z.ZodObject | JsonObject;
} & Omit<SubAgentOptions, "input">;

const QUESTION = z.object({
  question: z
    .string()
    .min(1)
    .describe("What is to be found out or done, in a whole sentence, with every detail the caller gave"),
});

/** An agent of its own, offered to the voice model as one tool. It remembers the session's earlier questions. */
export const subAgent = <const Name extends string, Within extends string = never>(
  options: SubAgentOptions<Name> & { readonly agent: HasWithin<Within> },
): ListedSubAgentTool & Offers<Name, Within> => ({
  ...options,
  type: "sub_agent",
  input: options.input ?? QUESTION,
});

type Kind<Name extends ListedSubAgent["kind"]> = Omit<Extract<ListedSubAgent, { kind: Name }>, "kind">;

/** A text model on Bedrock, with a prompt and tools of its own. By default Nova 2 Lite. */
export const bedrock = <Within extends string = never>(
  options: Kind<"bedrock"> & { readonly tools?: readonly ListedTool<Within>[] },
): ListedSubAgent & HasWithin<Within> => ({ ...options, kind: "bedrock" });

/** An agent on AgentCore Runtime. One runtime session serves one voice session, so its microVM keeps what it fetched. */
export const agentCore = (options: Kind<"agent_core">): ListedSubAgent & HasWithin<never> => ({
  ...options,
  kind: "agent_core",
});

/** An agent that speaks A2A, wherever it runs. Its streaming is used unless told otherwise. */
export const a2a = (options: Kind<"a2a">): ListedSubAgent & HasWithin<never> => ({ ...options, kind: "a2a" });

/** An agent in another Worker, behind the service binding of that name: see `SubAgentWorker`. */
export const worker = (name: string): ListedSubAgent & HasWithin<never> => ({
  kind: "worker",
  binding: name,
});
