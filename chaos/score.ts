/**
 * What became of all calls: counts, and the promises that were broken, in words.
 */
import type { Witness } from "../bench/hand-over/witness.ts";
import { type Caller, timesAnswered } from "./caller.ts";
import type { Client, Said } from "./client.ts";
import type { Left } from "./leftovers.ts";
import type { Run } from "./worker/run.ts";

/** Said on the way out of a socket that dies, or into an object that does: 1 s, in frames of 20 ms. */
const IN_FLIGHT_FRAMES = 50;
/** What was sent in the last moments before the goodbye need not have arrived. */
const GOODBYE_FRAMES = 15;

export interface Judged {
  readonly callers: readonly Caller[];
  readonly witnesses: readonly Witness[];
  /** What the counting tool has in its own store. */
  readonly runs: readonly Run[];
  readonly left: Left;
}

export interface Score {
  readonly counts: Readonly<Record<string, number>>;
  /** Promises that were broken; empty when all is well. */
  readonly broken: readonly string[];
  /** Ms, by what it was that had to recover. */
  readonly recovered: Readonly<Record<string, readonly number[]>>;
}

export function score(judged: Judged): Score {
  const { callers, witnesses, runs, left } = judged;
  const clients = callers.map(({ client }) => client);
  const broken: string[] = [];
  const breaks = (what: string, values: readonly string[]): number => {
    if (values.length > 0) broken.push(`${what}: ${values.slice(0, 12).join("; ")}`);
    return values.length;
  };
  const sum = (of: (client: Client) => number): number =>
    clients.reduce((total, client) => total + of(client), 0);
  const perClient = (what: string, of: (client: Client) => number): number => {
    const guilty = clients.filter((client) => of(client) > 0);
    breaks(
      what,
      guilty.map((client) => `${of(client)} in ${client.session}`),
    );
    return sum(of);
  };

  const questions = callers.flatMap((caller) => caller.questions.filter(({ asks }) => asks > 0));
  const unanswered = questions.filter(({ answeredMs, over }) => answeredMs === null && !over);
  const spoken = callers.flatMap(spokenTwice);
  const frames = clients.map((client) => judgeFrames(client, witnesses));
  const tools = judgeTools(clients, runs, questions);

  const counts = {
    "calls made": clients.length,
    "calls completed": clients.filter(({ ended }) => ended?.wished).length,
    "calls lost": breaks(
      "calls lost",
      clients.filter(({ ended }) => !ended?.wished).map(({ session, ended }) => `${session}: ${ended?.how}`),
    ),
    "questions asked": questions.length,
    "questions asked again": questions.reduce((total, { asks }) => total + asks - 1, 0),
    "questions unanswered": breaks(
      "questions unanswered",
      unanswered.map(({ session, kind, number }) => `${kind} ${number} in ${session}`),
    ),
    "answers spoken twice": breaks("answers spoken twice", spoken),
    "frames of callers' audio": sum((client) => client.spoken),
    "frames lost, client or object away": frames.reduce((total, { excused }) => total + excused.length, 0),
    "frames of silence lost": frames.reduce((total, { silent }) => total + silent.length, 0),
    "frames of speech lost": frames.reduce((total, { lost }) => total + lost.length, 0),
    "frames doubled in a stream": frames.reduce((total, { doubled }) => total + doubled.length, 0),
    "notices taken in": sum(({ said }) => said.filter(({ seq }) => seq !== undefined).length),
    "notices lost, as declared": sum(({ intake }) => intake.declared),
    "notices lost": perClient("notices lost", ({ intake }) => intake.missing),
    "notices doubled": perClient("notices doubled", ({ intake }) => intake.doubled),
    "audio after its interruption": perClient("audio after its interruption", ({ lateAudio }) => lateAudio),
    "tool runs": runs.length,
    "tool runs twice": breaks("tool runs twice", tools.twice),
    "tool runs lost": breaks("tool runs lost", tools.lost),
    "streams left open": breaks("streams left open", left.streams > 0 ? [`${left.streams}`] : []),
    "sessions left open": breaks("sessions left open", left.sessions),
    "places left taken": breaks("places left taken", left.places),
    "tools left running": breaks("tools left running", left.tools > 0 ? [`${left.tools}`] : []),
  };
  const framesOf = (what: "lost" | "doubled"): readonly string[] =>
    frames.flatMap((fate) => (fate[what].length > 0 ? [`${fate.session}: ${ranges(fate[what])}`] : []));
  breaks("frames of speech lost", framesOf("lost"));
  breaks("frames doubled in a stream", framesOf("doubled"));
  return { counts, broken, recovered: recovered(callers) };
}

/** An answer is heard to its end once for each time that it was asked for. */
function spokenTwice({ client, questions }: Caller): readonly string[] {
  const numbered = questions.filter(({ kind }) => kind !== "aloud");
  const aloud = questions.filter(({ kind }) => kind === "aloud");
  const asked = aloud.reduce((total, { asks }) => total + asks, 0);
  const heard = timesAnswered(client.said, ["I am going on."]);
  return [
    ...numbered.flatMap(({ kind, number, asks, answers }) => {
      // What nobody knows of any more may be told as a result as well; of what may be said to anything, nothing is known.
      const times = timesAnswered(
        client.said,
        answers.filter((words) => words.includes(String(number)) && !words.startsWith("It is not known")),
      );
      return times > asks ? [`${kind} ${number} in ${client.session}: ${times} for ${asks}`] : [];
    }),
    ...(heard > asked ? [`aloud in ${client.session}: ${heard} for ${asked}`] : []),
  ];
}

interface FrameFate {
  readonly session: string;
  readonly lost: readonly number[];
  readonly excused: readonly number[];
  /** On a line that is dead without a word, silence is lost until it is found out; nobody misses it. */
  readonly silent: readonly number[];
  readonly doubled: readonly number[];
}

function judgeFrames(client: Client, witnesses: readonly Witness[]): FrameFate {
  const { firstFrame: first, session, ended } = client;
  const given = new Set<number>();
  const doubled: number[] = [];
  for (const { frames } of witnesses) {
    const ours = frames.filter((frame) => frame >= first && frame < first + client.frames);
    doubled.push(...ours.filter((frame, place) => place > 0 && frame <= (ours[place - 1] ?? -1)));
    for (const frame of ours) given.add(frame);
  }
  // Of a call that was lost, what was said into the void after it does not count again.
  const heard = ended?.wished ? first + client.spoken : Math.max(first, ...given);
  const last = heard - GOODBYE_FRAMES;
  const missing: number[] = [];
  for (let frame = first; frame < last; frame++) if (!given.has(frame)) missing.push(frame);
  const isExcused = (frame: number): boolean =>
    client.away.some(
      ({ from, to }) => frame >= from - IN_FLIGHT_FRAMES && (to === null || frame <= to + IN_FLIGHT_FRAMES),
    );
  return {
    session,
    doubled,
    excused: missing.filter(isExcused),
    silent: missing.filter((frame) => !isExcused(frame) && !client.speech.has(frame)),
    lost: missing.filter((frame) => !isExcused(frame) && client.speech.has(frame)),
  };
}

/** `3-7 12` */
function ranges(numbers: readonly number[]): string {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const open = found.at(-1);
    if (open && open[1] === number - 1) open[1] = number;
    else found.push([number, number]);
  }
  return found
    .slice(0, 8)
    .map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
    .join(" ");
}

function judgeTools(
  clients: readonly Client[],
  runs: readonly Run[],
  questions: readonly { readonly number: number; readonly asks: number; readonly kind: string }[],
): { readonly twice: readonly string[]; readonly lost: readonly string[] } {
  const again = runs
    .filter(({ times }) => times > 1)
    .map(({ session, call, times }) => `call ${call} of ${session} ran ${times} times`);
  const perNumber = questions
    .filter(({ kind }) => kind === "Count")
    .flatMap(({ number, asks }) => {
      const ran = runs.filter((run) => run.number === String(number)).length;
      return ran > asks ? [`number ${number} was counted ${ran} times and asked for ${asks}`] : [];
    });
  const known = new Set(runs.map(({ session, call }) => `${session} ${call}`));
  const told = clients.flatMap(({ session, said }) =>
    said.flatMap(({ type, name, status, call }) =>
      type === "tool_ended" && name === "count" && status === "ok" && !known.has(`${session} ${call}`)
        ? [`call ${call} of ${session} was told and never ran`]
        : [],
    ),
  );
  return { twice: [...again, ...perNumber], lost: [...told, ...clients.flatMap(neverEnded)] };
}

/** Calls whose end was never told, though the object that made them lived on. */
function neverEnded({ session, said, away, ended }: Client): readonly string[] {
  const endedCalls = new Set(said.flatMap(({ type, call }) => (type === "tool_ended" ? [call] : [])));
  return said.flatMap(({ type, call, at }) => {
    if (type !== "tool_started" || endedCalls.has(call) || !ended?.wished) return [];
    const isExcused = away.some(({ why, since }) => OBJECT_LOSSES.has(why) && since > at - 2_000);
    const inTheEnd = (said.at(-1)?.at ?? 0) - at < 5_000;
    return isExcused || inTheEnd ? [] : [`call ${call} of ${session} never ended`];
  });
}

const OBJECT_LOSSES = new Set(["object lost", "process killed"]);

function recovered(callers: readonly Caller[]): Score["recovered"] {
  const clients = callers.map(({ client }) => client);
  const segments = (said: readonly Said[]): readonly Said[] =>
    said.filter(({ type, reason }) => type === "segment" && reason === "recovery");
  const untilHeard = (why: string): readonly number[] =>
    clients.flatMap(({ away, said }) =>
      away
        .filter((each) => each.why === why)
        .flatMap(({ since }) => {
          const back = segments(said).find(({ at }) => at > since);
          return back ? [back.at - since] : [];
        }),
    );
  return {
    "client back: first try to resumed": clients.flatMap(({ returns }) => returns),
    "stream lost: nobody hears the caller": clients.flatMap(({ said }) =>
      segments(said).map(({ gapMs }) => Number(gapMs)),
    ),
    "object lost: until a model hears again": untilHeard("object lost"),
    "process killed: until a model hears again": untilHeard("process killed"),
    "question: first asked to fully answered": callers.flatMap(({ questions }) =>
      questions.flatMap(({ answeredMs }) => (answeredMs === null ? [] : [answeredMs])),
    ),
  };
}
