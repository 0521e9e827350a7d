/**
 * Words that the model's filters refused. Said again, they would end the next stream as well: they stay on record, no
 * stream is told of them any more, and the agent says sorry.
 */
import { presentSegment } from "./segments.ts";
import { emit, type Talk } from "./talk.ts";
import { CANNOT_ANSWER } from "./words.ts";

/** Call it when the lost stream's answer has been seen to: what is owed by then is what was refused. */
export function withhold(talk: Talk): void {
  const { turn } = talk;
  const apologising = turn.unanswered?.text === CANNOT_ANSWER;
  const pending = (turn.unanswered !== null && !apologising) || talk.untold.length > 0;
  // With nothing owed the refused words were still only sound, which is not replayed. When that did not help, they are
  // in the history, nobody knows where: the newest go first.
  const refused = pending ? turn.number : talk.streams.failures > 0 ? lastTold(talk) : null;
  if (refused !== null) talk.transcript.withhold(refused);
  // It may as well be a summary's wording that was refused: from here on the rule tells what was said.
  if (!pending && refused !== null) talk.summaries.giveUp();
  talk.untold = talk.untold.filter((result) => result.turn !== turn.number);
  turn.question = { text: CANNOT_ANSWER, index: null, segment: presentSegment(talk).name };
  turn.unanswered = turn.question;
  emit(talk, { type: "log", event: "words_withheld", fields: { turn: String(refused ?? turn.number) } });
}

/** The last turn whose words of the caller a fresh stream would be told. */
const lastTold = (talk: Talk): number | null =>
  talk.transcript.entries.findLast((entry) => entry.type === "caller" && !entry.withheld)?.turn ?? null;
