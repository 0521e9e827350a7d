/**
 * Waiting for an HTTP address to say that it is well.
 */

/** Between two looks, in ms. */
const EVERY_MS = 100;
/** One look may take this long, in ms: the gateway's first request waits for its Worker to be built. */
const LOOK_MS = 5_000;

export type Health =
  | { readonly type: "well" }
  /** It answers, and says that it is not well. */
  | { readonly type: "unwell"; readonly status: number; readonly body: string }
  | { readonly type: "silent" };

/** Looks once. */
export const look = async (url: string): Promise<Health> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LOOK_MS) });
    const body = await response.text();
    return response.ok ? { type: "well" } : { type: "unwell", status: response.status, body };
  } catch {
    return { type: "silent" };
  }
};

/** Looks until the address is well or `signal` aborts, and tells the last thing seen. */
export const waitUntilWell = async (url: string, signal: AbortSignal): Promise<Health> => {
  let last: Health = { type: "silent" };
  while (!signal.aborted) {
    const seen = await look(url);
    if (seen.type === "well") return seen;
    last = seen;
    await new Promise<void>((resolve) => setTimeout(resolve, EVERY_MS));
  }
  return last;
};
