/**
 * What was probably meant: the nearest of some known words.
 */

/** The one of `known` that `word` is most likely a slip of; null when none is near. */
export function nearMiss<Known extends string>(word: string, known: readonly Known[]): Known | null {
  const lower = word.toLowerCase();
  const begun = known.filter((candidate) => lower !== "" && candidate.toLowerCase().startsWith(lower));
  if (begun.length === 1 && begun[0] !== undefined) return begun[0];
  let best: Known | null = null;
  // A third of the letters may be wrong; beyond that a hint misleads.
  let bestDistance = Math.floor(Math.max(lower.length, 3) / 3) + 1;
  for (const candidate of known) {
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Advice in one sentence: the near miss, or everything there is to choose from. */
export function choose(word: string, known: readonly string[]): string {
  const near = nearMiss(word, known);
  if (near !== null) return `Did you mean ${quoted(near)}?`;
  return known.length === 0 ? "There is none" : `Choose one of ${known.map(quoted).join(", ")}`;
}

const quoted = (word: string): string => `"${word}"`;

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
