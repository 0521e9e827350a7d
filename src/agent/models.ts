/**
 * The speech models an agent can be built on, and what each of them knows: where it runs and who can speak.
 * Source: AWS's Nova 2 user guide (languages and voices; model cards), November 2026.
 */

/** Female and male voice of each language. The first two speak every supported language. */
const NOVA_2_VOICES = [
  "tiffany", // en-US
  "matthew",
  "amy", // en-GB
  "olivia", // en-AU
  "kiara", // en-IN, hi-IN
  "arjun",
  "ambre", // fr-FR
  "florian",
  "beatrice", // it-IT
  "lorenzo",
  "tina", // de-DE
  "lennart",
  "lupe", // es-US
  "carlos",
  "carolina", // pt-BR
  "leo",
] as const;

export const MODELS = {
  "amazon.nova-2-sonic-v1:0": {
    regions: ["us-east-1", "us-west-2", "ap-northeast-1", "eu-north-1"],
    voices: NOVA_2_VOICES,
  },
  "amazon.nova-2-5-sonic": {
    /** [unverified] Seen in use; AWS's page was not read. */
    regions: ["us-east-1", "eu-north-1"],
    /** [unverified] Taken to be those of Nova 2. */
    voices: NOVA_2_VOICES,
  },
} as const satisfies Record<
  string,
  { readonly regions: readonly string[]; readonly voices: readonly string[] }
>;

export type ModelId = keyof typeof MODELS;
export type VoiceOf<Model extends ModelId> = (typeof MODELS)[Model]["voices"][number];
export type RegionOf<Model extends ModelId> = (typeof MODELS)[Model]["regions"][number];

export const MODEL_IDS = Object.keys(MODELS) as readonly ModelId[];
export const isModelId = (text: string): text is ModelId => Object.hasOwn(MODELS, text);

/** Of all models together. */
export const VOICES: readonly string[] = [...new Set(Object.values(MODELS).flatMap(({ voices }) => voices))];

/** Where an agent is that does not say: this model, region and voice exist together. */
export const DEFAULTS = {
  model: "amazon.nova-2-sonic-v1:0",
  region: "us-east-1",
  voice: "matthew",
  endpointing: "MEDIUM",
} as const;
