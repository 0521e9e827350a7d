/**
 * A session that has talked for long before the test begins, in the segments `main`, `loans` and `vault`. Every entry has a
 * mark of its own, and a text model whose summaries hold the marks of all that it was given shows where words get to.
 */
import { expect } from "vitest";
import type { Inbound, TranscriptEntry } from "../../src/conversation/events.ts";
import type { Snapshot } from "../../src/conversation/snapshot.ts";
import { asks } from "./long-talk.ts";
import { START, type Stage } from "./stage.ts";

/** Turns of a kilobyte's question and answer each, by segment. */
const WAY = [
  ["main", 20],
  ["loans", 12],
  ["vault", 12],
  ["main", 12],
] as const;
/** What was said in this turn was refused by the filters. */
const WITHHELD = 3;

const WORDS = "and so on and so forth, ".repeat(40);
const NO_TOKENS = { inputSpeech: 0, inputText: 0, outputSpeech: 0, outputText: 0 };

function entries(): readonly TranscriptEntry[] {
  const all: TranscriptEntry[] = [];
  let turn = 0;
  for (const [segment, turns] of WAY)
    for (let left = turns; left > 0; left--) {
      turn++;
      const common = () => ({
        index: all.length,
        turn,
        at: START,
        segment,
        text: `mark-${segment}-${all.length}; ${WORDS}`,
      });
      const withheld = turn === WITHHELD ? { withheld: true as const } : {};
      all.push({ ...common(), type: "caller", typed: false, ...withheld });
      all.push({ ...common(), type: "agent", interrupted: false });
    }
  return all;
}

/** As an earlier life of the session's object left it. */
export const longAgo = (): Snapshot => {
  const all = entries();
  const visits = WAY.map(([segment, turns]) => ({
    segment,
    enteredAt: START,
    leftAt: null,
    by: null,
    turns,
  }));
  const [first, ...others] = visits;
  if (!first) throw new Error("no visits");
  return {
    version: 2,
    startedAt: START,
    incoming: 0,
    greeted: true,
    turn: all.at(-1)?.turn ?? 0,
    answers: all.length / 2,
    streams: 0,
    toolCalls: 0,
    facts: [],
    visits: [first, ...others],
    tokens: visits.map(() => NO_TOKENS),
    entries: all,
    calls: [],
  };
};

const marksIn = (text: string): readonly string[] => text.match(/mark-\w+-\d+/g) ?? [];

/** The marks in `text` of what `segment` may not see, and of what nobody may be told of. */
function strayMarks(text: string, segment: string, record: readonly TranscriptEntry[]): readonly string[] {
  const refused = new Set(
    record.flatMap((entry) => (entry.type === "caller" && entry.withheld ? [entry.turn] : [])),
  );
  return marksIn(text).filter((mark) => {
    const [, author, index] = mark.split("-");
    if (refused.has(record[Number(index)]?.turn ?? -1)) return true;
    if (segment === "vault") return author !== "vault";
    return segment === "main" && author === "loans";
  });
}

export class MarkingModel {
  readonly #stage: Stage;
  #asked = 0;
  #answered = 0;
  #seen = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** The number of a request counts back from the newest; its answer follows from what was asked. */
  told(inbound: Inbound): Inbound {
    if (inbound.type !== "summary_made" && inbound.type !== "summary_failed") return inbound;
    const { request, prompt } = asks(this.#stage).at(-1 - inbound.request) ?? { request: 0, prompt: "" };
    if (request > this.#answered) this.#answered = request;
    const text = `It was about ${marksIn(prompt).join(", ")}.`;
    return inbound.type === "summary_made" ? { ...inbound, request, text } : { ...inbound, request };
  }

  /** It is asked one thing at a time, never while sound passes; nobody is told what is not for them. */
  look(inbound: Inbound | null): void {
    const { effects, conversation } = this.#stage;
    const fresh = effects.slice(this.#seen);
    this.#seen = effects.length;
    for (const effect of fresh) {
      if (effect.type === "stream.begin") {
        const segment = /You are the (\w+) part/.exec(effect.spec.prompt)?.[1] ?? "";
        expect(strayMarks(JSON.stringify(effect.spec), segment, conversation.entries)).toEqual([]);
      }
      if (effect.type !== "summary.ask") continue;
      this.#asked++;
      expect([effect.request, this.#answered]).toEqual([this.#asked, this.#asked - 1]);
      expect(strayMarks(effect.prompt, "", conversation.entries)).toEqual([]);
      expect(inbound?.type === "command" && inbound.command.type === "audio").toBe(false);
      expect(inbound?.type === "model" && inbound.event.type === "agent_audio").toBe(false);
    }
  }
}
