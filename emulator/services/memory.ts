/**
 * A bounded memory of sessions and tasks: the one used longest ago is forgotten first.
 */
export interface Memory<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): boolean;
  clear(): void;
}

/** @param most How many are remembered. */
export function createMemory<V>(most: number): Memory<V> {
  // A Map remembers the order of insertion, so its first key is the one used longest ago.
  const kept = new Map<string, V>();
  return {
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) {
        kept.delete(key);
        kept.set(key, value);
      }
      return value;
    },
    set(key, value) {
      kept.delete(key);
      kept.set(key, value);
      for (const oldest of kept.keys()) {
        if (kept.size <= most) break;
        kept.delete(oldest);
      }
    },
    delete: (key) => kept.delete(key),
    clear: () => kept.clear(),
  };
}
