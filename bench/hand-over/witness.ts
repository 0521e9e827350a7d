/**
 * What the emulator's traces say of a call: which of the caller's frames each stream was given, and what each was told.
 */
export interface TraceEntry {
  /** Ms since the stream opened. */
  readonly at?: number;
  readonly direction: "received" | "sent" | "note";
  readonly name: string;
  readonly body?: unknown;
  readonly audio?: { readonly marks?: readonly number[] };
}

/** One stream, as far as it concerns a hand-over. */
export interface Witness {
  /** Numbers of the caller's frames, in the order in which the stream was given them. */
  readonly frames: readonly number[];
  /** What was put to it to be answered: typed words, stage directions. History is not among them. */
  readonly asked: readonly string[];
  /** Results of tools it had used, as JSON. */
  readonly results: readonly string[];
  /** Ms from its first event to the first words put to it: what it took to read its history and replayed audio. */
  readonly readMs: number | null;
}

interface Body {
  readonly contentName?: string;
  readonly content?: string;
  readonly interactive?: boolean;
  readonly text?: string;
}

export function witnessOf(entries: readonly TraceEntry[]): Witness {
  const history = new Set<string | undefined>();
  const frames: number[] = [];
  const asked: string[] = [];
  const results: string[] = [];
  let firstAt: number | null = null;
  let readMs: number | null = null;
  for (const { at = 0, direction, name, body, audio } of entries) {
    if (direction !== "received") continue;
    firstAt ??= at;
    frames.push(...(audio?.marks ?? []));
    const { contentName, content, interactive, text } = (body ?? {}) as Body;
    if (name === "contentStart" && interactive === false) history.add(contentName);
    const isAsked = (name === "textInput" && !history.has(contentName)) || name === "bidi_text_input";
    if (isAsked) asked.push(content ?? text ?? "");
    if (isAsked) readMs ??= at - firstAt;
    if (name === "toolResult") results.push(content ?? "");
  }
  return { frames, asked, results, readMs };
}

export interface FrameCount {
  /** Frames that no stream was given. */
  readonly lost: readonly number[];
  /** Frames that one stream was given twice, or after a later one. */
  readonly disordered: readonly number[];
  /** For each stream that took over, how many frames it was given that another had been given before. */
  readonly replayed: readonly number[];
}

/** Of `sent` frames, numbered from `first`: what became of them. Streams that were given none do not count. */
export function countFrames(witnesses: readonly Witness[], first: number, sent: number): FrameCount {
  const streams = witnesses
    .map(({ frames }) => frames.filter((frame) => frame >= first && frame < first + sent))
    .filter(({ length }) => length > 0)
    // By the last they were given: a stream that replays much begins early, but none ends before its forerunner.
    .toSorted((one, other) => Math.max(...one) - Math.max(...other));
  const given = new Set<number>();
  const disordered: number[] = [];
  const replayed: number[] = [];
  for (const frames of streams) {
    replayed.push(frames.filter((frame) => given.has(frame)).length);
    disordered.push(...frames.filter((frame, place) => place > 0 && frame <= (frames[place - 1] ?? -1)));
    for (const frame of frames) given.add(frame);
  }
  const lost = Array.from({ length: sent }, (_, place) => first + place).filter((frame) => !given.has(frame));
  return { lost, disordered, replayed: replayed.slice(1) };
}

/** How often `words` were told to streams, as a question or as a result. */
export const timesTold = (witnesses: readonly Witness[], words: string): number =>
  witnesses.flatMap(({ asked, results }) => [...asked, ...results]).filter((told) => told.includes(words))
    .length;
