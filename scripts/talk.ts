/**
 * `npm run talk`: a question to the gateway, spoken from a WAV file at the pace of speech, or one or more typed, with the
 * conversation printed as it goes and the answers written as a WAV file.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { pcmDurationMs, type SampleRate } from "../src/audio/format.ts";
import type { ServerMessage } from "../src/dialect/antiphon-v1/server-messages.ts";
import { chooseAgent, openSession } from "./lib/gateway-api.ts";
import { Microphone } from "./lib/microphone.ts";
import { PhoneCall } from "./lib/phone-call.ts";
import { describeMessage, describeUsage } from "./lib/talk-log.ts";
import { parseTalkOptions, TALK_HELP } from "./lib/talk-options.ts";
import { duration, say, stopWith } from "./lib/terminal.ts";
import { readWav, type Wav, writeWav } from "./wav.ts";

/** An agent that opens the conversation begins within this long, in ms; a question before that would cut it off. */
const GREETING_WITHIN_MS = 4_000;
/** A hang-up takes no longer than this, in ms. */
const GOODBYE_MS = 2_000;
/** Rate of the silence that goes with a typed question, in Hz. */
const SILENCE_RATE: SampleRate = 16000;

const parsed = parseTalkOptions(process.argv.slice(2), process.env);
if (!parsed.ok) stopWith(parsed.error);
if (parsed.value === null) {
  say(TALK_HELP);
  process.exit(0);
}
const options = parsed.value;
const recording = options.wav === null ? null : readQuestion(options.wav);
const inputRate = recording?.rate ?? SILENCE_RATE;

const gateway = { url: options.url, key: options.key };
const agent = await chooseAgent(gateway, options.agent);
if (!agent.ok) stopWith(agent.error);
const session = await openSession(gateway, {
  agent: agent.value.name,
  caller: options.caller,
  tenant: options.tenant,
  inputRate,
  outputRate: options.rate,
});
if (!session.ok) stopWith(session.error);

const startedAt = performance.now();
/** Of the present question, the first of which waits for the call as well. */
let deadline = startedAt + options.limitMs;
let usage: Extract<ServerMessage, { type: "usage" }> | null = null;
const call = new PhoneCall({
  url: session.value.url,
  ticket: session.value.ticket,
  inputRate,
  outputRate: options.rate,
  onMessage: (message) => {
    if (message.type === "usage") usage = message;
    for (const [who, what] of describeMessage(message)) print(who, what);
  },
  onAway: (why) => print("line", `lost (${why}), reconnecting`),
});
const microphone = new Microphone(inputRate, (pcm) => call.line.sendAudio(pcm));
process.on("SIGINT", () => void giveUp("stopped by hand"));
process.on("SIGTERM", () => void giveUp("stopped by hand"));

const { progress } = call;
if (!(await call.until(() => call.isReady, deadline))) await giveUp("the gateway did not get ready");
if (agent.value.greets) {
  await call.until(() => progress.greeting !== "none", performance.now() + GREETING_WITHIN_MS);
  await call.until(() => progress.greeting !== "speaking" && !call.isPlaying, deadline);
}

if (recording !== null) {
  progress.ask("aloud");
  print("you", `speak for ${duration(pcmDurationMs(recording.pcm.byteLength, recording.rate))}`);
  await microphone.play(recording.pcm);
  await answered();
}
for (const [index, text] of options.texts.entries()) {
  if (index > 0) deadline = performance.now() + options.limitMs;
  progress.ask("typed");
  call.ask(text);
  print("you", `(typed) ${text}`);
  await answered();
}

microphone.stop();
writeAnswer();
await call.hangUp(GOODBYE_MS);
if (usage !== null) print("usage", describeUsage(usage));
process.exit(0);

/** Settles when the answer to what was asked last is complete. */
async function answered(): Promise<void> {
  const complete = await call.until(() => progress.isComplete(performance.now(), call.isPlaying), deadline);
  if (!complete) await giveUp(progress.waitingFor());
}

function readQuestion(path: string): Wav {
  if (!existsSync(path)) stopWith(`There is no file ${path}.`);
  const wav = readWav(readFileSync(path), path);
  return wav.ok ? wav.value : stopWith(wav.error);
}

function writeAnswer(): void {
  if (options.out === null) return;
  const pcm = call.playback.heard(progress.firstAnswer ?? 1, performance.now());
  writeFileSync(options.out, writeWav({ rate: options.rate, pcm }));
  print(
    "wrote",
    `${options.out}, ${duration(pcmDurationMs(pcm.byteLength, options.rate))} at ${options.rate} Hz`,
  );
}

async function giveUp(why: string): Promise<never> {
  microphone.stop();
  writeAnswer();
  const seconds = duration(performance.now() - startedAt);
  const line = call.closed ?? `no complete answer after ${seconds}: ${why}`;
  await call.hangUp(GOODBYE_MS);
  return stopWith(line);
}

function print(who: string, what: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
  say(`${seconds}  ${who.padEnd(9)} ${what}`);
}
