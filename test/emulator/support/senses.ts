/**
 * Small, exact ears, voice and mind: loud samples are speech, a letter is 40 ms of tone, and the mind follows a list.
 */
import type { Senses } from "../../../emulator/emulator.ts";
import type { EarEvent, Ears, Mind, Step, Voice } from "../../../emulator/seams.ts";

/** Silence after which speech has stopped, in ms. */
export const PAUSE_MS = 100;
/** Speech of one letter, in ms. */
export const LETTER_MS = 40;

export function levelEars({ rate }: { readonly rate: number }): Ears {
  let heard = 0;
  let startedAt: number | undefined;
  let lastLoud = 0;
  const ms = (samples: number): number => (samples * 1000) / rate;
  return {
    hear(samples) {
      const events: EarEvent[] = [];
      heard += samples.length;
      const loud = samples.some((sample) => Math.abs(sample) > 1000);
      if (loud) {
        lastLoud = heard;
        if (startedAt === undefined) {
          startedAt = heard - samples.length;
          events.push({ type: "speech_started", offsetMs: ms(startedAt) });
        }
      } else if (startedAt !== undefined && ms(heard - lastLoud) >= PAUSE_MS) {
        const speech = { samples: new Int16Array(lastLoud - startedAt), rate };
        startedAt = undefined;
        events.push({ type: "speech_stopped", offsetMs: ms(lastLoud), speech });
      }
      return events;
    },
  };
}

export const toneVoice: Voice = {
  speak: async (text, _voiceId, rate) => new Int16Array((text.length * LETTER_MS * rate) / 1000).fill(4000),
};

/** What the mind does: keyed by what was heard or typed, or by `results of <tool>`. `{}` in words becomes the result. */
export type Script = Readonly<Record<string, readonly Step[]>>;

export const say = (text: string): Step => ({ type: "say", text });
export const use = (tool: string, args: Record<string, unknown> = {}): Step => ({
  type: "use",
  tool,
  arguments: args,
});

/** @param heard What the n-th utterance means. */
export function scriptedMind(heard: readonly string[], script: Script): Mind {
  return {
    understand: async (_speech, index) => heard[index] ?? "",
    async react(cue) {
      if (cue.type !== "results") return script[cue.text] ?? [];
      const tools = cue.results.map((result) => result.tool).join(" and ");
      const told = cue.results.map((result) => JSON.stringify(result.content)).join(" and ");
      return (script[`results of ${tools}`] ?? []).map((step) =>
        step.type === "say" ? say(step.text.replace("{}", told)) : step,
      );
    },
  };
}

export function scriptedSenses(heard: readonly string[] = [], script: Script = {}): Senses {
  return { createEars: levelEars, voice: toneVoice, createMind: () => scriptedMind(heard, script) };
}
