/**
 * A small statistical language model in ARPA format: which word follows which two, learned from a handful of sentences.
 * Absolute discounting with back-off; every word of the vocabulary may follow any other, at a price.
 */

/** What is taken from every count and given to words that were not seen there (Ney, Essen, Kneser 1994). */
const DISCOUNT = 0.5;
/** Count of a word that stands in the vocabulary but in no sentence. */
const UNSEEN = 0.3;

export interface Sentence {
  readonly words: readonly string[];
  /** How often it counts. */
  readonly weight: number;
}

type Counts = Map<string, Map<string, number>>;

/** The model as the text of an ARPA file. */
export function languageModel(sentences: readonly Sentence[], vocabulary: Iterable<string>): string {
  const unigrams = new Map<string, number>();
  const bigrams: Counts = new Map();
  const trigrams: Counts = new Map();
  for (const { words, weight } of sentences) {
    const padded = ["<s>", ...words, "</s>"];
    for (let i = 1; i < padded.length; i += 1) {
      const word = padded[i] ?? "";
      const [first, second] = [padded[i - 2], padded[i - 1] ?? ""];
      unigrams.set(word, (unigrams.get(word) ?? 0) + weight);
      count(bigrams, second, word, weight);
      if (first !== undefined) count(trigrams, `${first} ${second}`, word, weight);
    }
  }
  for (const word of ["</s>", ...vocabulary]) unigrams.set(word, (unigrams.get(word) ?? 0) + UNSEEN);

  const total = sum(unigrams);
  const one = (word: string): number => (unigrams.get(word) ?? 0) / total;
  const two = discounted(bigrams, one);
  // What is left over for two words is shared out by what one of them makes likely.
  const three = discounted(trigrams, (word, history) => two.probability(history.split(" ")[1] ?? "", word));

  const lines = [
    "\\data\\",
    `ngram 1=${unigrams.size + 1}`,
    `ngram 2=${size(bigrams)}`,
    `ngram 3=${size(trigrams)}`,
  ];
  lines.push("", "\\1-grams:", `-99 <s> ${log(two.backOff("<s>"))}`);
  for (const word of unigrams.keys()) lines.push(`${log(one(word))} ${word} ${log(two.backOff(word))}`);
  lines.push("", "\\2-grams:");
  for (const [history, next] of bigrams) {
    for (const word of next.keys()) {
      lines.push(
        `${log(two.probability(history, word))} ${history} ${word} ${log(three.backOff(`${history} ${word}`))}`,
      );
    }
  }
  lines.push("", "\\3-grams:");
  for (const [history, next] of trigrams) {
    for (const word of next.keys()) lines.push(`${log(three.probability(history, word))} ${history} ${word}`);
  }
  lines.push("", "\\end\\", "");
  return lines.join("\n");
}

interface Discounted {
  probability(history: string, word: string): number;
  /** The factor of the shorter history's probability for a word that was not seen after this one. */
  backOff(history: string): number;
}

function discounted(counts: Counts, lower: (word: string, history: string) => number): Discounted {
  const backOffs = new Map<string, number>();
  const seen = (history: string, word: string): number | undefined => {
    const next = counts.get(history);
    const times = next?.get(word);
    if (next === undefined || times === undefined) return undefined;
    return Math.max(times - DISCOUNT, times / 10) / sum(next);
  };
  const backOff = (history: string): number => {
    const known = backOffs.get(history);
    if (known !== undefined) return known;
    let [given, rest] = [1, 1];
    for (const word of counts.get(history)?.keys() ?? []) {
      given -= seen(history, word) ?? 0;
      rest -= lower(word, history);
    }
    const factor = counts.has(history) && rest > 1e-9 ? Math.max(given, 1e-6) / rest : 1;
    backOffs.set(history, factor);
    return factor;
  };
  return {
    backOff,
    probability: (history, word) => seen(history, word) ?? backOff(history) * lower(word, history),
  };
}

function count(counts: Counts, history: string, word: string, weight: number): void {
  const next = counts.get(history) ?? new Map<string, number>();
  next.set(word, (next.get(word) ?? 0) + weight);
  counts.set(history, next);
}

const sum = (counts: ReadonlyMap<string, number>): number => {
  let total = 0;
  for (const each of counts.values()) total += each;
  return total;
};
const size = (counts: Counts): number => {
  let total = 0;
  for (const next of counts.values()) total += next.size;
  return total;
};
const log = (probability: number): string => Math.log10(Math.max(probability, 1e-10)).toFixed(4);
