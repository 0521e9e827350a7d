/**
 * How far a stream got: what the other side complains of means something else at each stage.
 */

/** `waiting`: the model was told nothing. `begun`: it was told who it is. `worked`: it has said something. */
export type Stage = "waiting" | "begun" | "worked";
