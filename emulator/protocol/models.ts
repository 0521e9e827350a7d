/**
 * The speech models that Bedrock offers: where, with which voices, and in what they differ.
 * Sources: Nova 2 user guide (language support), Bedrock model cards, "What's new" of 5 October 2026.
 */
import { notFound, type Refusal, validation } from "../doors/refusal.ts";
import { err, ok, type Result } from "../result.ts";

export interface ModelFacts {
  readonly id: string;
  readonly regions: readonly string[];
  readonly voices: ReadonlySet<string>;
  /** Says nothing in a turn that calls a tool, until the result is there. Nova 2 may speak meanwhile. */
  readonly silentUntilResult: boolean;
}

const VOICES = new Set([
  ...["tiffany", "matthew", "amy", "olivia", "kiara", "arjun", "ambre", "florian", "beatrice"],
  ...["lorenzo", "tina", "lennart", "lupe", "carlos", "carolina", "leo"],
]);

const MODELS: readonly ModelFacts[] = [
  {
    id: "amazon.nova-2-sonic-v1:0",
    regions: ["us-east-1", "us-west-2", "ap-northeast-1", "eu-north-1"],
    voices: VOICES,
    silentUntilResult: false,
  },
  {
    id: "amazon.nova-2-5-sonic",
    regions: ["us-east-1", "eu-north-1"],
    voices: VOICES,
    silentUntilResult: true,
  },
];

/** End of life on 14 September 2026 (Bedrock model card). */
const ENDED = "amazon.nova-sonic-v1:0";

/** The model of that id in that region, or why there is none. */
export function findModel(id: string, region: string): Result<ModelFacts, Refusal> {
  if (id === ENDED) {
    return err(
      notFound(
        "This model version has reached the end of its life. Please refer to the AWS documentation for more details.",
      ),
    );
  }
  const model = MODELS.find((known) => known.id === id);
  return model === undefined || !model.regions.includes(region)
    ? err(validation("The provided model identifier is invalid."))
    : ok(model);
}
