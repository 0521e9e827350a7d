/**
 * Everything that can go wrong for the person at the console, in words, each with what to do about it.
 */

interface Words {
  readonly title: string;
  readonly mend: string;
}

const PROBLEMS = {
  insecure_context: {
    title: "The microphone needs a secure page.",
    mend: "Browsers give the microphone only to https:// addresses and to localhost. Open the console there, or type instead.",
  },
  microphone_denied: {
    title: "The microphone is not allowed.",
    mend: "Allow it in the browser's address bar and try again. You can type meanwhile.",
  },
  microphone_missing: {
    title: "No microphone was found.",
    mend: "Plug one in and try again. You can type meanwhile.",
  },
  microphone_busy: {
    title: "The microphone is in use.",
    mend: "Another program holds it. Close that program and try again. You can type meanwhile.",
  },
  microphone_failed: {
    title: "The microphone could not be opened.",
    mend: "Try again, or another browser. You can type meanwhile.",
  },
  microphone_lost: {
    title: "The microphone went away.",
    mend: "It was unplugged or its permission was withdrawn. Turn it on again, or type.",
  },
  no_sound: {
    title: "No sound can be played.",
    mend: "The browser gave no loudspeaker. The conversation goes on in writing.",
  },
  asleep: {
    title: "The browser keeps this page silent.",
    mend: "Click anywhere or press a key, to hear and be heard again.",
  },
  unreachable: {
    title: "The gateway cannot be reached.",
    mend: "Check that it is running and that you are online, then try again.",
  },
  refused: {
    title: "The gateway did not open the connection.",
    mend: "The ticket may have been used or may have expired. Start a new session for a fresh one.",
  },
  lost: {
    title: "The connection was lost.",
    mend: "The network or the gateway went away. What was said is kept here; start a new session to go on.",
  },
  taken_over: {
    title: "The talk goes on elsewhere.",
    mend: "Another tab or device has come back to it. What was said here is kept; start a new session to talk here.",
  },
  odd_answer: {
    title: "The gateway answered in a way the console does not know.",
    mend: "Console and gateway may be of different versions. Reload the page.",
  },
  slow_upload: {
    title: "Your connection is slow.",
    mend: "Some of what you said was left out, so that the rest is not late. Come closer to the router, or type.",
  },
  clipboard: {
    title: "The browser did not allow copying.",
    mend: "Download the transcript instead.",
  },
} as const satisfies Record<string, Words>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What to do about an error of the gateway's, by its code. Codes that are missing here get the general advice. */
const MENDS: Readonly<Record<string, string>> = {
  unauthorized: "Enter an API key of this gateway.",
  ticket_missing: "Start a new session.",
  ticket_invalid: "Start a new session for a fresh ticket.",
  ticket_expired: "Start a new session for a fresh ticket.",
  ticket_spent: "A ticket opens one session, once. Start a new session.",
  origin_forbidden: "Open the console at the gateway's own address, or add this one to ALLOWED_ORIGINS.",
  agent_unknown: "Choose another agent; reload the page to see which there are.",
  session_unknown: "Start a new session.",
  session_ended: "Start a new session.",
  segment_unknown: "Reload the page to see which segments the agent has.",
  segment_refused: "The talk goes on where it is.",
  caller_unknown: "Nobody of that name has called, or they were forgotten.",
  entry_unknown: "It was erased meanwhile, or has run out.",
  erasure_incomplete: "Erase everything once more, in five minutes: some stores take that long.",
  too_large: "Say it in fewer words.",
  too_fast: "Wait a moment before going on.",
  client_slow: "This device or its network could not keep up. Start a new session on a better connection.",
  model_refused: "Its credentials, model access or region need attention. `npm run doctor` says which.",
  model_busy: "Try again in a moment.",
  model_unavailable: "Try again in a moment. `npm run doctor` says where it fails.",
  tools_unavailable: "Check that the agent's tool Workers are running, then start a new session.",
  overloaded: "Try again in a moment.",
  not_configured: "`GET /healthz` says which setting is missing.",
};

const GENERAL_MEND = "Try again; if it stays, the gateway's log says more.";

/** Something wrong, as it is shown. The same problem twice is one problem. */
export interface Problem {
  readonly id: string;
  readonly title: string;
  readonly mend: string;
}

/** A problem of the console's own. */
export const problem = (code: ProblemCode): Problem => ({ id: code, ...PROBLEMS[code] });

export interface GatewayProblem {
  readonly code: string;
  readonly message: string;
  readonly detail?: string | undefined;
}

/** A problem that the gateway tells of. */
export const gatewayProblem = ({ code, message, detail }: GatewayProblem): Problem => ({
  id: `gateway:${code}`,
  title: detail === undefined ? message : `${message} ${detail.replace(/[.]?$/, ".")}`,
  mend: MENDS[code] ?? GENERAL_MEND,
});
