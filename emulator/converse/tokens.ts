/**
 * Counts and cuts tokens as the whole emulator does: one for every four letters. AWS's count is another.
 */
const LETTERS = 4;

export const tokensOf = (text: string): number => Math.ceil(text.length / LETTERS);

/** The text in pieces of one token. */
export function tokens(text: string): string[] {
  return Array.from({ length: tokensOf(text) }, (_, index) =>
    text.slice(index * LETTERS, (index + 1) * LETTERS),
  );
}

/** As much of the text as so many tokens hold. */
export const firstTokens = (text: string, count: number): string => text.slice(0, count * LETTERS);
