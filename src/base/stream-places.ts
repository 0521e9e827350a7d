/**
 * The setting STREAM_PLACES: how many streams a model bears at once. AWS counts them for each account, region and model,
 * and raises the number on request (Service Quotas).
 */
import { LIMITS } from "./limits.ts";
import { err, ok, type Result } from "./result.ts";

export interface StreamPlaces {
  /** A model's id or the ARN of an AgentCore runtime; null for any model. */
  readonly model: string | null;
  /** Null for any region. */
  readonly region: string | null;
  readonly places: number;
}

const ENTRY = /^(\*|[^\s@=*]+)(?:@([a-z]{2,5}(?:-[a-z]+)+-\d{1,2}))?=(\d{1,6})$/;

/** What is wrong with `entries`, each as words to be read after the setting's name, or what they say. */
export const readStreamPlaces = (
  entries: readonly string[],
): Result<readonly StreamPlaces[], readonly string[]> => {
  const faults: string[] = [];
  const read: StreamPlaces[] = [];
  entries.forEach((text, index) => {
    const entry = readEntry(text);
    const twice = entry.ok && read.some((known) => says(known, entry.value.model, entry.value.region));
    if (entry.ok && !twice) read.push(entry.value);
    const fault = entry.ok ? "that says once more what another says" : entry.error;
    if (!entry.ok || twice) faults.push(`has an entry, number ${index + 1}, ${fault}`);
  });
  return faults.length > 0 ? err(faults) : ok(read);
};

const readEntry = (text: string): Result<StreamPlaces, string> => {
  const [, model, region = null, number] = ENTRY.exec(text) ?? [];
  if (model === undefined) return err("that is not model@region=number");
  const places = Number(number);
  return places < 1 || places > LIMITS.streamPlacesMost
    ? err(`whose number is not from 1 to ${LIMITS.streamPlacesMost}`)
    : ok({ model: model === "*" ? null : model, region, places });
};

const says = (entry: StreamPlaces, model: string | null, region: string | null): boolean =>
  entry.model === model && entry.region === region;

/**
 * How many streams `target` bears at once; null where nobody counts: what is hosted has a quota of its own, and is
 * counted where it is named only. The entry that says most of a target counts.
 */
export const placesOf = (
  settings: readonly StreamPlaces[],
  target: { readonly model: string; readonly region: string },
): number | null => {
  const named = (model: string | null, region: string | null) =>
    settings.find((entry) => says(entry, model, region))?.places;
  const own = named(target.model, target.region) ?? named(target.model, null);
  if (own !== undefined) return own;
  if (target.model.includes(":bedrock-agentcore:")) return null;
  return named(null, target.region) ?? named(null, null) ?? LIMITS.streamPlaces;
};
