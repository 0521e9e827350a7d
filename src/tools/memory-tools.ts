/**
 * The tools with which a voice model looks into what is remembered of its caller, and changes it at their wish.
 */
import * as z from "zod";
import type { Facts } from "../agent/facts.ts";
import { inputSchema } from "../agent/input-schema.ts";
import { REMEMBERED_AS, type RememberedAs } from "../agent/memory-policy.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import type { Result } from "../base/result.ts";
import type { ToolOutcome } from "../conversation/events.ts";
import { failed } from "../conversation/tool-failure.ts";
import type { Offer } from "./open-box.ts";
import { answered } from "./tool-answer.ts";

/** Something remembered, as the model is told of it. */
export interface Remembered {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  /** Ms since the Unix epoch. */
  readonly at: number;
}

/** What of a caller's memory a model may use. Never rejects; a failure is its cause, for the log. */
export interface MemoryDesk {
  /** Facts that must hold for any of it. */
  readonly requires: Facts;
  find(about: string, signal: AbortSignal): Promise<Result<readonly Remembered[], string>>;
  remember(
    what: { readonly text: string; readonly kind: RememberedAs; readonly about: string | null },
    signal: AbortSignal,
  ): Promise<Result<null, string>>;
  forget(ids: readonly string[], signal: AbortSignal): Promise<Result<number, string>>;
}

const words = z.string().trim().min(1).max(LIMITS.memoryTextChars);
const RECALL = z.object({ about: words.describe("What to look for, in a few words") });
const REMEMBER = z.object({
  what: words.describe("One sentence in the third person"),
  kind: z.enum(REMEMBERED_AS).optional().describe("matter: something left open"),
  about: words
    .max(LIMITS.memoryAboutChars)
    .optional()
    .describe("Its subject in one or two words; what was noted of the same subject is replaced"),
});
const FORGET = z.object({
  what: words.describe("What is to be forgotten, in a few words"),
  ids: z.array(z.string()).max(LIMITS.recallEntries).optional().describe("Of those found, the ones meant"),
});

const ABSENT = "What is remembered cannot be looked up right now.";

type Work = (args: Json, desk: MemoryDesk, signal: AbortSignal) => Promise<ToolOutcome>;

const ok = (value: Json): ToolOutcome => ({ status: "ok", value });
const absent = (): ToolOutcome => failed("unreachable", ABSENT);

const shown = ({ kind, text, at }: Remembered): JsonObject => ({
  kind,
  text,
  on: new Date(at).toISOString().slice(0, 10),
});

const recall: Work = async (args, desk, signal) => {
  const found = await desk.find(RECALL.parse(args).about, signal);
  return found.ok ? ok({ found: found.value.map(shown) }) : absent();
};

const remember: Work = async (args, desk, signal) => {
  const { what, kind = "fact", about = null } = REMEMBER.parse(args);
  const kept = await desk.remember({ text: what, kind, about }, signal);
  return kept.ok ? ok({ remembered: true }) : absent();
};

/** What is meant must be certain: of several that fit, the model asks the caller which. */
const forget: Work = async (args, desk, signal) => {
  const { what, ids } = FORGET.parse(args);
  const found = await desk.find(what, signal);
  if (!found.ok) return absent();
  const meant = ids === undefined ? found.value : found.value.filter(({ id }) => ids.includes(id));
  if (ids === undefined && meant.length > 1)
    return ok({
      forgotten: 0,
      found: meant.map((entry) => ({ id: entry.id, ...shown(entry) })),
      next: "Ask the caller which of these is meant, and call again with their ids.",
    });
  if (meant.length === 0) return ok({ forgotten: 0 });
  const gone = await desk.forget(
    meant.map(({ id }) => id),
    signal,
  );
  return gone.ok ? ok({ forgotten: gone.value }) : absent();
};

const TOOLS = [
  {
    name: "recall",
    description:
      "Looks through notes of earlier calls of this caller. They are a record of what was said and may be out of date.",
    schema: RECALL,
    work: recall,
  },
  {
    name: "remember",
    description: "Notes something for this caller's next calls, when they ask for it.",
    schema: REMEMBER,
    work: remember,
  },
  {
    name: "forget",
    description: "Takes something out of the notes of this caller, when they ask for it.",
    schema: FORGET,
    work: forget,
  },
] as const;

/** Offered where the agent's memory is; whoever listens to the model has checked the arguments against the schema. */
export const memoryOffers = (desk: MemoryDesk): readonly Offer[] =>
  TOOLS.flatMap(({ name, description, schema, work }) => {
    const input = inputSchema(schema);
    if (!input.ok) throw new Error(input.error);
    return [
      {
        spec: {
          ...{ name, description, inputSchema: input.value },
          ...{ runs: "gateway" as const, timeoutMs: LIMITS.recallToolMs, memory: true as const },
        },
        policy: { requires: desk.requires },
        run: async (call, _context, signal) => answered(await work(call.arguments, desk, signal)),
      },
    ];
  });
