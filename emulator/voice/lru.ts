/**
 * Remembers what was used last, up to a number of bytes.
 */
export interface Lru<V> {
  get(key: string): V | undefined;
  /** A value that is larger than the whole is not kept. */
  set(key: string, value: V): void;
  /** Bytes kept now. */
  readonly size: number;
}

/** @param limit Bytes kept at most; `sizeOf` tells how many a value takes. */
export function createLru<V>(limit: number, sizeOf: (value: V) => number): Lru<V> {
  // A Map remembers the order of insertion, so its first key is the one used longest ago.
  const kept = new Map<string, V>();
  let size = 0;

  const drop = (key: string): void => {
    const value = kept.get(key);
    if (value === undefined) return;
    kept.delete(key);
    size -= sizeOf(value);
  };

  return {
    get size() {
      return size;
    },
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) {
        kept.delete(key);
        kept.set(key, value);
      }
      return value;
    },
    set(key, value) {
      drop(key);
      if (sizeOf(value) > limit) return;
      kept.set(key, value);
      size += sizeOf(value);
      for (const oldest of kept.keys()) {
        if (size <= limit) break;
        drop(oldest);
      }
    },
  };
}
