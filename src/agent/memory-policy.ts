/**
 * What an agent keeps of its callers from one session to the next, after its border was crossed: every default filled.
 */
import type { Facts } from "./facts.ts";
import type { TextModelOptions } from "./text-model-options.ts";

/**
 * What an entry is about: how the caller likes things, what is known of them, how a session went, what was left open.
 */
export const MEMORY_KINDS = ["preference", "fact", "summary", "matter"] as const;
export type MemoryKind = (typeof MEMORY_KINDS)[number];

/** What a fact of a session may become. */
export const REMEMBERED_AS = ["preference", "fact", "matter"] as const satisfies readonly MemoryKind[];
export type RememberedAs = (typeof REMEMBERED_AS)[number];

/** What a redactor takes out before anything is stored. */
export const REDACTIONS = ["card", "iban", "email", "phone", "ssn"] as const;
export type Redaction = (typeof REDACTIONS)[number];

export interface MemoryPolicy {
  /** Where it is kept. */
  readonly store: MemoryStore;
  readonly recall: {
    /** What is told at a session's start; the tool `recall` looks through everything. */
    readonly kinds: readonly MemoryKind[];
    /** Of all that is told, in UTF-8. */
    readonly bytes: number;
    /** Words for what matters to this agent: entries that hold them come first. Null: the newest first. */
    readonly about: string | null;
  };
  readonly keep: {
    /** Whether each session leaves a summary. */
    readonly summaries: boolean;
    /** The text model that finds out what is worth keeping; null: by rule only. */
    readonly reader: TextModelOptions | null;
  };
  /** Facts that must hold before anything of it is told or asked: a name on a telephone line proves nothing. */
  readonly requires: Facts;
  /** Whether the model is given the tools `recall`, `remember` and `forget`. */
  readonly tools: boolean;
  /** How long an entry is kept without being said again. */
  readonly days: number;
}

export type MemoryStore =
  /** In the gateway's own object, one for each tenant and caller. */
  | { readonly type: "caller" }
  /** AgentCore Memory as well: turns go there as events, and its records are told beside the gateway's own entries. */
  | {
      readonly type: "agent_core";
      readonly memoryId: string;
      /** Null for the agent's own. */
      readonly region: string | null;
      /** Namespaces whose records are told; `{actorId}` stands for the caller. */
      readonly namespaces: readonly string[];
    };
