/**
 * One prompt's talk: hears the caller, asks the mind, lets answers be spoken one at a time, and stops when interrupted.
 */
import type { Clock } from "../clock.ts";
import type { Prompt } from "../protocol/prompt.ts";
import type { Cue, EarEvent, Ears, Fault, Mind, Scene, Step, Voice } from "../seams.ts";
import { type Answer, perform } from "./answer.ts";
import type { Speaker } from "./speaker.ts";
import { createToolGroups } from "./tool-groups.ts";

export interface ConversationHost {
  readonly clock: Clock;
  readonly prompt: Prompt;
  readonly speaker: Speaker;
  readonly voice: Voice;
  readonly mind: Mind;
  readonly firstAudioMs: number;
  readonly silentUntilResult: boolean;
  /** Send userSpeechStart and userSpeechEnd, which AWS does not document. */
  readonly speechEvents: boolean;
  scene(): Scene;
  toolUsed(toolUseId: string): void;
  fault(fault: Fault): void;
  /** Something of ours failed: a bug, not a rule broken. */
  failed(error: unknown): void;
}

export interface Conversation {
  /** Audio begins; these ears hear it. */
  listen(ears: Ears): void;
  hear(samples: Int16Array): void;
  typed(text: string): void;
  toolResult(toolUseId: string, content: unknown): void;
  /** The next answer begins this much later. */
  delayNextAnswer(ms: number): void;
  duplicateNextToolUse(): void;
  /** To be applied halfway through the next spoken sentence. */
  armMidAnswer(fault: Fault): void;
  /** The client ends the prompt: the answer that is being spoken is the last one. */
  endPrompt(): void;
  /** Says no more. In order, and if the prompt was ended, `completionEnd` is still sent. */
  stop(inOrder: boolean): void;
}

interface Job {
  readonly cue?: Cue;
  /** What the mind wanted when it was asked, if it was. */
  readonly steps?: readonly Step[];
  /** When the cue came, by the engine's clock. */
  readonly since: number;
  /** If it is called off before a word was said: do it later (a result must be told), or drop it (the caller goes on talking). */
  readonly insist: boolean;
}

interface Running {
  readonly job: Job;
  readonly abort: AbortController;
  answer?: Answer;
}

export function createConversation(host: ConversationHost): Conversation {
  const { clock, speaker, mind } = host;
  const groups = createToolGroups();
  const queue: Job[] = [];
  const armed: Fault[] = [];
  let ears: Ears | undefined;
  let utterances = 0;
  let understanding = 0;
  let callerSpeaks = false;
  let running: Running | undefined;
  let ending = false;
  let over = false;
  let delay = 0;
  let duplicates = 0;

  const push = (cue: Cue, since: number, insist: boolean): void => {
    queue.push({ cue, since, insist });
    pump();
  };

  const pump = (): void => {
    if (over || running !== undefined) return;
    if (ending) return complete();
    if (callerSpeaks || understanding > 0) return;
    const job = queue.shift();
    if (job === undefined) return;
    const begun: Running = { job, abort: new AbortController() };
    running = begun;
    answer(begun)
      .catch((error: unknown) => host.failed(error))
      .finally(() => {
        if (running === begun) running = undefined;
        pump();
      });
  };

  const answer = async (self: Running): Promise<void> => {
    const { job, abort } = self;
    const steps = job.steps ?? (job.cue === undefined ? [] : await mind.react(job.cue, host.scene()));
    const wait = Math.max(0, host.firstAudioMs - (clock.now() - job.since)) + delay;
    const group = groups.open((results) => push({ type: "results", results }, clock.now(), true));
    if (!abort.signal.aborted) {
      delay = 0;
      self.answer = perform(
        steps,
        {
          clock,
          speaker,
          voice: host.voice,
          voiceId: host.prompt.voiceId,
          rate: host.prompt.outputRate,
          silentUntilResult: host.silentUntilResult,
          toolUsed(toolUseId, step) {
            host.toolUsed(toolUseId);
            group.add({ toolUseId, tool: step.tool, arguments: step.arguments });
            if (duplicates === 0) return 1;
            duplicates -= 1;
            return 2;
          },
          fault: host.fault,
          midway: () => {
            for (const fault of armed.splice(0)) host.fault(fault);
          },
        },
        wait,
        abort.signal,
      );
      await self.answer.done;
    }
    group.close();
    const left = self.answer?.left ?? steps;
    const unsaid = abort.signal.aborted && self.answer?.spoken !== true;
    if (unsaid && job.insist && left.length > 0)
      queue.unshift({ steps: left, since: clock.now(), insist: true });
  };

  const complete = (): void => {
    over = true;
    speaker.reportUsage();
    speaker.end();
  };

  const speechStarted = (offsetMs: number): void => {
    callerSpeaks = true;
    if (host.speechEvents) speaker.userSpeech("userSpeechStart", offsetMs);
    const spoken = running?.answer?.spoken === true;
    running?.abort.abort();
    if (speaker.isPlaying() || spoken) speaker.interrupt();
  };

  const speechStopped = async (event: Extract<EarEvent, { type: "speech_stopped" }>): Promise<void> => {
    const since = clock.now();
    const index = utterances;
    utterances += 1;
    understanding += 1;
    callerSpeaks = false;
    if (host.speechEvents) speaker.userSpeech("userSpeechEnd", event.offsetMs);
    const text = await mind.understand(event.speech, index, host.scene());
    understanding -= 1;
    if (over) return;
    if (text !== "") {
      speaker.usage.heard((event.speech.samples.length * 1000) / event.speech.rate);
      speaker.text("USER", "FINAL", text, "PARTIAL_TURN");
      speaker.reportUsage();
      queue.push({ cue: { type: "speech", index, text }, since, insist: false });
    }
    pump();
  };

  return {
    listen(given) {
      ears = given;
    },
    hear(samples) {
      for (const event of ears?.hear(samples) ?? []) {
        if (over || ending) return;
        if (event.type === "speech_started") speechStarted(event.offsetMs);
        else speechStopped(event).catch((error: unknown) => host.failed(error));
      }
    },
    typed(text) {
      speaker.usage.read(text);
      push({ type: "text", text }, clock.now(), true);
    },
    toolResult(toolUseId, content) {
      speaker.usage.read(JSON.stringify(content));
      groups.answer(toolUseId, content);
    },
    delayNextAnswer(ms) {
      delay += ms;
    },
    duplicateNextToolUse() {
      duplicates += 1;
    },
    armMidAnswer(fault) {
      armed.push(fault);
    },
    endPrompt() {
      ending = true;
      queue.length = 0;
      pump();
    },
    stop(inOrder) {
      if (over) return;
      running?.abort.abort();
      if (inOrder && ending) complete();
      over = true;
    },
  };
}
