/**
 * Cuts what is to be said into sentences: Nova Sonic announces, speaks and confirms one at a time.
 */

/** Never empty pieces; the words of a text without any sentence mark are one sentence. */
export function sentences(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?…])\s+(?=\S)|(?<=[。！？])/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}
