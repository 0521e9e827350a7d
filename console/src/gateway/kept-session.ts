/**
 * What a page keeps of its session to go on after it was loaded again: for this tab, until the session is over.
 */
import * as z from "zod/mini";
import type { Position } from "../audio/jitter-buffer.ts";
import type { Who } from "../state/memory.ts";
import type { Agent, MicrophoneState, State } from "../state.ts";
import type { Return } from "./line.ts";

const NAME = "antiphon.session";
/** Changes with the shape of `State`: a record that another version of the console wrote is put away. */
const SHAPE = 2;

/** What was said and done, without what is so only at the moment. */
export type SessionRecord = Omit<
  State,
  "agents" | "connection" | "microphone" | "callerSpeaking" | "sounding" | "wish" | "memory" | "problems"
>;

export interface KeptSession {
  readonly session: string;
  readonly way: Return;
  readonly agent: Agent["name"];
  readonly who: Who | null;
  /** Epoch ms at which the page went; or, if it was given no time to say so, at which it last said anything. */
  readonly leftAt: number;
  readonly microphone: MicrophoneState;
  /** Where in an answer the agent's voice stopped; null when it was silent. */
  readonly voiceAt: Position | null;
  /** Null when the page went without a word: what it showed is gone. */
  readonly record: SessionRecord | null;
}

const count = z.number().check(z.nonnegative());
const keptBody = z.object({
  shape: z.literal(SHAPE),
  session: z.string(),
  way: z.object({ token: z.string(), forMs: count }),
  agent: z.string(),
  who: z.nullable(z.object({ caller: z.string(), tenant: z.nullable(z.string()) })),
  leftAt: count,
  microphone: z.enum(["off", "opening", "live", "muted"]),
  voiceAt: z.nullable(z.object({ answer: count, ms: count })),
  record: z.nullable(z.custom<SessionRecord>((value) => typeof value === "object")),
});

export const recordOf = ({
  agents: _agents,
  connection: _connection,
  microphone: _microphone,
  callerSpeaking: _callerSpeaking,
  sounding: _sounding,
  wish: _wish,
  memory: _memory,
  problems: _problems,
  ...record
}: State): SessionRecord => record;

export interface SessionKeeper {
  keep(session: KeptSession): void;
  /** What was kept; null when there is nothing of use. */
  find(): KeptSession | null;
  forget(): void;
}

export const tabSessionKeeper: SessionKeeper = {
  keep(session) {
    const write = (record: SessionRecord | null): void =>
      sessionStorage.setItem(NAME, JSON.stringify({ shape: SHAPE, ...session, record }));
    try {
      write(session.record);
    } catch {
      // An hour's record may be more than a browser stores; the way back is not.
      write(null);
    }
  },
  find() {
    let value: unknown;
    try {
      value = JSON.parse(sessionStorage.getItem(NAME) ?? "null");
    } catch {
      return null;
    }
    const kept = z.safeParse(keptBody, value);
    return kept.success ? kept.data : null;
  },
  forget() {
    sessionStorage.removeItem(NAME);
  },
};
