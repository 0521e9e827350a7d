/**
 * Where a name falls between 0 and 1: the same for the same name, evenly spread over many. So that what many do at the
 * same moment, each does at its own.
 */

/** In [0, 1). FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), its bits mixed once more. */
export const spreadOf = (name: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};
