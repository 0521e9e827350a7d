/**
 * Callers who are somebody, what is remembered of them, and what a stream of theirs was told.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { LIMITS } from "../../../src/base/limits.ts";
import { type CallerRecord, callerObjectName } from "../../../src/durable/caller-memory-rpc.ts";
import type { CallerKey } from "../../../src/memory/caller-store.ts";
import type { MemoryEntry } from "../../../src/memory/memory-entry.ts";
import type { Caller } from "../bank/talk.ts";
import { EmulatedStream, streams } from "../call.ts";

const { recallMs, recallLateMs, recallToolMs } = LIMITS;
const PATIENCE = { recallMs, recallLateMs, recallToolMs };

/** Somebody who has never called. */
export const someone = (caller = "ana"): CallerKey => ({ tenant: crypto.randomUUID(), caller });

export const objectOf = (who: CallerKey) => env.MEMORY.getByName(callerObjectName(who));

export const recordOf = (who: CallerKey): Promise<CallerRecord | null> =>
  objectOf(who).record() as Promise<CallerRecord | null>;

/** What is remembered of them, newest first. */
export const entriesOf = async (who: CallerKey): Promise<readonly MemoryEntry[]> =>
  (await recordOf(who))?.entries ?? [];

/** The same as `kind: text`, in alphabetical order. */
export const notesOf = async (who: CallerKey): Promise<readonly string[]> =>
  (await entriesOf(who)).map(({ kind, text }) => `${kind}: ${text}`).toSorted();

/** What a session has not left with its caller's memory yet. */
export const waitingIn = (session: string): Promise<number> =>
  runInDurableObject(env.SESSIONS.getByName(session), (_, { storage }) =>
    Number(storage.sql.exec("SELECT COUNT(*) AS count FROM memory_batch").one().count),
  );

/** Hangs up, and waits until the session has left all that it leaves. */
export async function hangsUp(caller: Caller): Promise<void> {
  await caller.hangsUp();
  await expect.poll(() => waitingIn(caller.call.made.session), { timeout: 60_000 }).toBe(0);
}

/**
 * From now on a first stream waits for what is remembered as long as it takes: what it is told then does not hang on how
 * busy the machine is.
 */
export const waitForMemory = (): void => {
  Object.assign(LIMITS, { recallMs: 60_000, recallLateMs: 60_000, recallToolMs: 60_000 });
};
/** The product's own patience again. */
export const asItIs = (): void => {
  Object.assign(LIMITS, PATIENCE);
};

interface Content {
  readonly contentName: string;
  readonly role?: string;
  readonly type?: string;
  readonly content?: string;
  readonly toolConfiguration?: {
    readonly tools?: readonly { readonly toolSpec: { readonly name: string } }[];
  };
}

/** What a stream was told: its prompt, the names of its tools, and every text after that. */
export interface Told {
  readonly prompt: string;
  readonly tools: readonly string[];
  readonly rest: readonly string[];
}

async function toldTo(stream: EmulatedStream): Promise<Told> {
  await stream.until("received", "contentStart", ({ body }) => (body as Content).type === "AUDIO");
  const entries = (await stream.entries()).map(({ name, body }) => ({ name, ...(body as Content) }));
  const system = entries.find(({ name, role }) => name === "contentStart" && role === "SYSTEM");
  const texts = entries.filter(({ name }) => name === "textInput");
  const isPrompt = ({ contentName }: Content): boolean => contentName === system?.contentName;
  return {
    prompt: texts
      .filter(isPrompt)
      .map(({ content }) => content)
      .join(""),
    tools: entries.flatMap(({ toolConfiguration }) =>
      (toolConfiguration?.tools ?? []).map(({ toolSpec }) => toolSpec.name),
    ),
    rest: texts.filter((text) => !isPrompt(text)).map(({ content }) => content ?? ""),
  };
}

export const knownStreams = async (): Promise<readonly string[]> => (await streams()).map(({ id }) => id);

/** What all streams were told that were opened since, oldest first. */
export async function toldSince(known: readonly string[]): Promise<readonly Told[]> {
  const fresh = (await knownStreams()).filter((id) => !known.includes(id));
  return Promise.all(fresh.map((id) => toldTo(new EmulatedStream(id))));
}

/** The notes in a prompt, one line each. */
export function notesIn(prompt: string): readonly string[] {
  const lines = prompt.split("\n");
  const first = lines.findIndex((line) => line.startsWith("Notes from earlier calls of this caller."));
  if (first === -1) return [];
  const after = lines.slice(first + 1);
  return after.slice(
    0,
    after.findIndex((line) => !line.startsWith("- ")),
  );
}
