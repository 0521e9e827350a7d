/**
 * The ears, voice and mind that the emulator has when nobody gives it others.
 */
import { createEars } from "./ears/ears.ts";
import { createRecogniser } from "./ears/recogniser.ts";
import type { Senses } from "./emulator.ts";
import { createMind } from "./mind/mind.ts";
import { createVoice } from "./voice/voice.ts";

/** Starts the voice, and the recogniser where one is installed; close them afterwards. */
export async function defaultSenses(): Promise<Senses> {
  const [voice, recogniser] = await Promise.all([createVoice(), createRecogniser()]);
  return {
    createEars,
    voice,
    recognises: recogniser !== undefined,
    createMind: (scenario) =>
      createMind({
        ...(scenario === undefined ? {} : { scenario }),
        ...(recogniser === undefined ? {} : { recognise: recogniser.recognise }),
      }),
    async close() {
      await Promise.all([voice.close(), recogniser?.close()]);
    },
  };
}
