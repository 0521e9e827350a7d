/**
 * Which of flite's voices speaks for which of Nova's, so that two voices never sound alike.
 * flite has one woman (slt) and three men (awb, kal16, rms), all English; pitch and pace make the rest.
 */

export interface Persona {
  readonly voice: "slt" | "awb" | "kal16" | "rms";
  /** Pitch as a multiple of the voice's own (slt 167 Hz, awb 125 Hz, kal16 88 Hz). rms cannot be shifted. */
  readonly pitch: number;
  /** Length of a sound as a multiple of the voice's own. */
  readonly stretch: number;
}

/** Nova's voice ids. Source: Amazon Nova 2 Sonic user guide, "Language support". */
const PERSONAS: Readonly<Record<string, Persona>> = {
  tiffany: { voice: "slt", pitch: 1, stretch: 1 },
  amy: { voice: "slt", pitch: 1.15, stretch: 0.95 },
  olivia: { voice: "slt", pitch: 1.08, stretch: 1.05 },
  kiara: { voice: "slt", pitch: 1.25, stretch: 0.92 },
  ambre: { voice: "slt", pitch: 1.2, stretch: 1.04 },
  beatrice: { voice: "slt", pitch: 0.93, stretch: 1 },
  tina: { voice: "slt", pitch: 0.88, stretch: 1.06 },
  greta: { voice: "slt", pitch: 0.88, stretch: 1.14 },
  lupe: { voice: "slt", pitch: 1.05, stretch: 0.9 },
  carolina: { voice: "slt", pitch: 1.32, stretch: 1 },
  matthew: { voice: "rms", pitch: 1, stretch: 0.95 },
  arjun: { voice: "awb", pitch: 1.12, stretch: 0.95 },
  florian: { voice: "awb", pitch: 1, stretch: 1 },
  lorenzo: { voice: "awb", pitch: 0.9, stretch: 0.96 },
  lennart: { voice: "awb", pitch: 0.82, stretch: 1.04 },
  carlos: { voice: "kal16", pitch: 1.15, stretch: 0.95 },
  leo: { voice: "kal16", pitch: 1.3, stretch: 1 },
};

const DEFAULT: Persona = { voice: "slt", pitch: 1, stretch: 1 };

/** The persona of a Nova voice; an unknown voice is spoken by the default one (refusing it is the engine's part). */
export function personaOf(voiceId: string): Persona {
  return (Object.hasOwn(PERSONAS, voiceId) ? PERSONAS[voiceId] : undefined) ?? DEFAULT;
}

/** The voices that have a persona of their own. */
export const VOICE_IDS: readonly string[] = Object.keys(PERSONAS);
