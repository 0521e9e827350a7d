/**
 * What is the matter with the memory of callers, as a test wishes it: the Worker and its tests share this module.
 */
export const trouble = {
  /** No question to it is ever answered. */
  recallHangs: false,
  /** Every question waits for this first. */
  recallAwaits: Promise.resolve(),
  /** Nothing can be left with it. */
  keepFails: false,
  /** Ids of all that was to be kept, in order. */
  sent: [] as string[],
};

export const noTrouble = (): void => {
  Object.assign(trouble, { recallHangs: false, recallAwaits: Promise.resolve(), keepFails: false, sent: [] });
};
