/**
 * Every number the console chooses for itself, with its reason. Times in ms, sizes in bytes, rates in Hz. What the
 * gateway limits (characters, digits) is imported from the gateway's own table where it is used.
 */
export const CONSOLE = {
  /** What the caller's microphone is sent at: the widest band Nova Sonic hears best. */
  microphoneRate: 16_000,
  /** One message of caller audio; 20 ms is what telephony and WebRTC use. */
  microphoneFrameMs: 20,
  /** What the agent's voice is asked for: Nova's own best. */
  speakerRate: 24_000,

  /** Audio held back before an answer starts to sound: covers the jitter of a decent network. */
  jitterMs: 60,
  /** The most it grows to when the queue keeps running dry. */
  jitterMaxMs: 240,
  /** An answer starts after this long even when less than `jitterMs` of it has come. */
  jitterWaitMs: 120,
  /** A gap longer than this is the model's pause, not the network's jitter, and does not make the buffer grow. */
  jitterPauseMs: 300,
  /** Ramp at starts, at gaps and at barge-in: long enough not to click, short enough not to be heard as a fade. */
  fadeMs: 4,
  /** Audio queued at most; the model speaks faster than real time, but no answer is this long. */
  queueMs: 5 * 60_000,
  /** How often the playback thread tells its position and level. */
  reportEveryMs: 40,
  /** How often the gateway is told how much was heard. */
  playedEveryMs: 250,

  /** Answers of which the gateway is told again how much was heard, after its line was lost. */
  playedKept: 8,

  /** Caller audio waiting in the socket beyond which frames are left out: 3 s of speech that nobody needs so late. */
  socketBacklogBytes: 96_000,
  /** HTTP requests to the gateway are given up after this long. */
  requestMs: 15_000,
  /** A socket that has not opened by now will not. */
  connectMs: 10_000,
  /** How often the line is looked at, whether anything still comes. */
  lookEveryMs: 1_000,
  /** Messages kept while the line is away: what an impatient person types in a minute. */
  sayingsKept: 32,
  /** After `bye` the gateway closes; the console does it itself after this long. */
  byeMs: 1_500,

  /** What a session leaves of its caller at its end has been left by then: two writes, and what a small model reads. */
  lookAgainMs: 3_000,

  /** Lost message numbers remembered, in case they come late: about as many as a gateway keeps. */
  missingKept: 2_000,
  /** Problems shown at once. */
  problemsShown: 4,
} as const;
