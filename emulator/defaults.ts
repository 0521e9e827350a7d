/**
 * The ears, voice and mind that the emulator has when nobody gives it others.
 */
import { createEars } from "./ears/ears.ts";
import type { Senses } from "./emulator.ts";
import { createMind } from "./mind/mind.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { createVoice } from "./voice/voice.ts";

export async function defaultSenses(): Promise<Senses> {
  const voice = await createVoice();
  return {
    createEars,
    voice,
    createMind: (scenario: Scenario | undefined) => createMind(scenario === undefined ? {} : { scenario }),
    close: () => voice.close(),
  };
}
