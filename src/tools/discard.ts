/**
 * Lets go of what came over RPC. A stub somewhere in it would otherwise keep the other side alive.
 */
/// <reference lib="esnext.disposable" />

export function discard(value: unknown): void {
  // A stub on its own is a function, as far as anybody can see.
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
  const dispose: unknown = Reflect.get(value, Symbol.dispose);
  if (typeof dispose !== "function") return;
  try {
    dispose.call(value);
  } catch {
    // It belongs to the other side; what it does on its way out is not our failure.
  }
}
