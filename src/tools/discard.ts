/**
 * Lets go of what came over RPC. A stub somewhere in it would otherwise keep the other side alive.
 */
/// <reference lib="esnext.disposable" />

export function discard(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  const dispose: unknown = Reflect.get(value, Symbol.dispose);
  if (typeof dispose !== "function") return;
  try {
    dispose.call(value);
  } catch {
    // It belongs to the other side; what it does on its way out is not our failure.
  }
}
