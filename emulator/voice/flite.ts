/**
 * Speaks a text with flite, compiled to WebAssembly. Slow work (about 1/35 of real time): runs in the voice's own thread.
 */
import type { Speech } from "../seams.ts";
import type { Persona } from "./personas.ts";
import { spokenPieces } from "./spoken-text.ts";
import { OUTPUT_DIRECTORY, runProgram } from "./wasi-host.ts";
import { decodeWav } from "./wav.ts";

/** What flite's 16 kHz voices give, in Hz. */
const RATE = 16_000;
/** flite begins and ends with a quarter of a second that nobody can hear; this much of it is left, in ms. */
const LEAD_MS = 30;
const TAIL_MS = 250;
/** The smallest sample that can be heard beside speech: 1 % of full scale. */
const AUDIBLE = 328;
/** Said for a text in which nothing can be spoken (an emoji, another script): a short silence in ms, so that an answer has audio. */
const NOTHING_MS = 200;

/** The text as speech at 16 kHz. Never throws for what is in the text: a piece that flite cannot speak is left out. */
export function synthesise(module: WebAssembly.Module, text: string, persona: Persona): Speech {
  const parts: Int16Array[] = [];
  for (const piece of spokenPieces(text)) {
    const speech = speakPiece(module, piece, persona);
    if (speech === undefined) continue;
    parts.push(trim(speech.samples));
  }
  if (parts.length === 0) parts.push(new Int16Array((RATE * NOTHING_MS) / 1000));
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return { samples, rate: RATE };
}

function speakPiece(module: WebAssembly.Module, piece: string, persona: Persona): Speech | undefined {
  const settings = ["--setf", `f0_shift=${persona.pitch}`, "--setf", `duration_stretch=${persona.stretch}`];
  const args = [
    "flite",
    "-voice",
    persona.voice,
    ...settings,
    "-t",
    piece,
    "-o",
    `${OUTPUT_DIRECTORY}/a.wav`,
  ];
  try {
    const { file } = runProgram(module, args);
    const speech = decodeWav(file);
    return speech?.rate === RATE && speech.samples.length > 0 ? speech : undefined;
  } catch (error) {
    // A trap inside flite is the fault of one piece; its instance is gone with it and the next piece gets a fresh one.
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Without the silence before it, which would only make every answer late. */
function trim(samples: Int16Array): Int16Array {
  const first = samples.findIndex((sample) => Math.abs(sample) >= AUDIBLE);
  const last = samples.findLastIndex((sample) => Math.abs(sample) >= AUDIBLE);
  if (first === -1) return samples;
  return samples.subarray(Math.max(0, first - (RATE * LEAD_MS) / 1000), last + (RATE * TAIL_MS) / 1000);
}
