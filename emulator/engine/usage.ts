/**
 * Counts tokens the way usage events report them: totals that only grow, and what is new since the last event.
 * The rates are plausible, not AWS's: about 25 tokens per second of speech and one per four letters of text.
 */
const SPEECH_TOKENS_PER_MS = 25 / 1000;
const LETTERS_PER_TOKEN = 4;

interface Tokens {
  speechTokens: number;
  textTokens: number;
}

export interface UsageReport {
  readonly details: { readonly delta: InOut; readonly total: InOut };
  readonly totalInputTokens: number;
  readonly totalOutputTokens: number;
  readonly totalTokens: number;
}
interface InOut {
  readonly input: Tokens;
  readonly output: Tokens;
}

export interface Usage {
  /** Speech that was heard; silence costs nothing. */
  heard(ms: number): void;
  read(text: string): void;
  spoke(ms: number): void;
  wrote(text: string): void;
  /** Undefined when nothing has been counted since the last report. */
  report(): UsageReport | undefined;
}

export function createUsage(): Usage {
  const zero = (): { input: Tokens; output: Tokens } => ({
    input: { speechTokens: 0, textTokens: 0 },
    output: { speechTokens: 0, textTokens: 0 },
  });
  const total = zero();
  let delta = zero();

  const count = (side: "input" | "output", kind: keyof Tokens, tokens: number): void => {
    const whole = Math.ceil(tokens);
    total[side][kind] += whole;
    delta[side][kind] += whole;
  };

  return {
    heard: (ms) => count("input", "speechTokens", ms * SPEECH_TOKENS_PER_MS),
    read: (text) => count("input", "textTokens", text.length / LETTERS_PER_TOKEN),
    spoke: (ms) => count("output", "speechTokens", ms * SPEECH_TOKENS_PER_MS),
    wrote: (text) => count("output", "textTokens", text.length / LETTERS_PER_TOKEN),
    report() {
      const reported = delta;
      delta = zero();
      const sum = (tokens: Tokens): number => tokens.speechTokens + tokens.textTokens;
      if (sum(reported.input) + sum(reported.output) === 0) return undefined;
      const totalInputTokens = sum(total.input);
      const totalOutputTokens = sum(total.output);
      return {
        details: { delta: reported, total: structuredClone(total) },
        totalInputTokens,
        totalOutputTokens,
        totalTokens: totalInputTokens + totalOutputTokens,
      };
    },
  };
}
