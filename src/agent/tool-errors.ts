/**
 * What a tool's code may throw with a meaning. Everything else it throws is a failure without words.
 */

/** Throw it in a tool's `run` to choose what the caller is told: `throw new SpeakableError("There is no such account.")`. */
export class SpeakableError extends Error {
  override readonly name = "SpeakableError";
}

/** The arguments do not fit the tool's own schema. The message says where and how, in words the model can act on. */
export class BadInput extends Error {
  override readonly name = "BadInput";
}
