/**
 * What was thrown, as text for a log. Anything can be thrown, even what cannot be turned into text.
 */
export const causeText = (cause: unknown): string => {
  try {
    return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  } catch {
    return "something that cannot be shown";
  }
};
