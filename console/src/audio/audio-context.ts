/**
 * Opens an audio context at the rate we want, or at the device's where it will not run at ours; the audio threads
 * resample then. And loads one of those threads.
 */

const create = (rate: number | null): AudioContext => {
  if (rate === null) return new AudioContext({ latencyHint: "interactive" });
  try {
    return new AudioContext({ sampleRate: rate, latencyHint: "interactive" });
  } catch {
    return create(null);
  }
};

/**
 * Opens a context at `rate` Hz; null leaves the rate to the device. Browsers keep a page silent that nobody has
 * touched yet, and telephones silence one during a call: every click and key tries to wake it. Only when the finger is up: the
 * page's word that it was silent goes then, and nothing may move under a finger that presses a button.
 */
export const openContext = (rate: number | null): AudioContext => {
  const context = create(rate);
  const over = new AbortController();
  const wake = (): void => {
    if (context.state === "closed") over.abort();
    else if (context.state !== "running") void context.resume();
  };
  for (const touch of ["pointerup", "keydown"]) addEventListener(touch, wake, { signal: over.signal });
  wake();
  return context;
};

/** Loads an audio thread's program, served beside the page. */
export const loadThread = (context: AudioContext, file: string): Promise<void> =>
  context.audioWorklet.addModule(new URL(file, document.baseURI));
