/**
 * One phase of a session as its builder describes it, after its border was crossed: its own prompt, tools, voice,
 * permissions and budget, and where the talk may go from it.
 */
import type { JsonObject } from "../base/json.ts";
import type { AgentDefinition } from "./agent.ts";
import type { Facts } from "./facts.ts";

export interface SegmentDefinition {
  /** Lower-case letters, digits and `_`, so that `go_to_<name>` is a tool's name. */
  readonly name: string;
  /** What it is for, in words for the model of the segments that lead here; null when it was not said. */
  readonly purpose: string | null;
  readonly model: string;
  readonly region: string;
  /** Regions it may be served from, in order, `region` first. Absent: `region` only. */
  readonly regions?: readonly string[];
  readonly voice: string;
  readonly endpointing: AgentDefinition["endpointing"];
  readonly inference: AgentDefinition["inference"];
  /** The whole of it: the agent's own words and the segment's. */
  readonly prompt: string;
  /** By the names under which they are offered; null for all that the agent has. */
  readonly tools: readonly string[] | null;
  readonly goesTo: readonly Edge[];
  /** Facts that must hold to get in. */
  readonly requires: Facts;
  readonly sees: {
    /** Facts that its prompt and its tools are told; null for all. A secret one never gets into a prompt. */
    readonly facts: readonly string[] | null;
    /** Segments whose part of the talk is in its history, besides its own; null for all. */
    readonly talk: readonly string[] | null;
    /** Whether it is told what is remembered of the caller, and what is said in it may be remembered. Absent: yes. */
    readonly memory?: boolean;
  };
  /** Facts that tools may set here; null for all that name the tool. */
  readonly writes: readonly string[] | null;
  readonly carries: Carries;
  readonly budget: Budget | null;
  /** What the agent does on arrival, as an instruction to it; null to go on from the caller's words. */
  readonly opening: string | null;
  readonly prefetch: readonly Prefetch[];
}

/** A way from one segment to another. */
export interface Edge {
  readonly to: string;
  /** Taken by itself as soon as these facts hold; null when somebody has to ask. */
  readonly when: Facts | null;
  /** Who may ask: the model (by the tool `go_to_<segment>`), the client. A tool's own word is always heard. */
  readonly by: readonly ("model" | "client")[];
  /** What the voice that leaves says before it goes, as an instruction to it; null to leave without a word. */
  readonly say: string | null;
}

/** What later segments are told of this one: all that was said, the last turns, a summary, its facts only, nothing. */
export type Carries =
  | { readonly type: "talk" }
  | { readonly type: "turns"; readonly turns: number }
  | { readonly type: "summary" }
  | { readonly type: "facts" }
  | { readonly type: "nothing" };

/** How long one visit may last, whichever comes first, and where the talk goes then. */
export interface Budget {
  readonly ms: number | null;
  readonly turns: number | null;
  /** All kinds together, in and out. */
  readonly tokens: number | null;
  readonly to: string;
}

/** An answer fetched before it is asked for: on arrival, and before that as soon as `when` holds. */
export interface Prefetch {
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly when: Facts | null;
}
