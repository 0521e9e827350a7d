/**
 * Opens an audio context at the rate we want, or at the device's where it will not run at ours; the audio threads
 * resample then. And loads one of those threads.
 */

/** Opens a context; must be called in the wake of a click or key press, or it stays silent. */
export const openContext = async (rate: number): Promise<AudioContext> => {
  let context: AudioContext;
  try {
    context = new AudioContext({ sampleRate: rate, latencyHint: "interactive" });
  } catch {
    context = new AudioContext({ latencyHint: "interactive" });
  }
  if (context.state === "suspended") await context.resume();
  return context;
};

/** Loads an audio thread's program, served beside the page. */
export const loadThread = (context: AudioContext, file: string): Promise<void> =>
  context.audioWorklet.addModule(new URL(file, document.baseURI));
