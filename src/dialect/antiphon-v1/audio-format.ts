/**
 * How a client says what its audio is. Used in the protocol's hello and when a session is made over HTTP.
 */
import * as z from "zod";
import { type AudioFormat, ENCODINGS, SAMPLE_RATES } from "../../audio/format.ts";

/** G.711 is defined at this rate only (ITU-T G.711), in Hz. */
const G711_RATE = 8000;

export const audioFormatSchema = z
  .strictObject({ encoding: z.enum(ENCODINGS), rate: z.literal(SAMPLE_RATES) })
  .refine((format) => format.encoding === "pcm16" || format.rate === G711_RATE, {
    path: ["rate"],
    message: `Expected ${G711_RATE}: mulaw and alaw have no other rate`,
  });

/** Both directions, as hello and `POST /v1/sessions` carry them. */
export const audioFormatsSchema = z.strictObject({ input: audioFormatSchema, output: audioFormatSchema });

export interface AudioFormats {
  readonly input: AudioFormat;
  readonly output: AudioFormat;
}

/** What a client is taken to send and want until it says otherwise: the model's own best in each direction. */
export const DEFAULT_FORMATS: AudioFormats = {
  input: { encoding: "pcm16", rate: 16000 },
  output: { encoding: "pcm16", rate: 24000 },
};
