/**
 * What JSON can say, as a type: so that a tool that gives back anything else does not compile.
 */

/** `T`, with `never` wherever JSON has no word for it: a Date, a Map, a function, a BigInt. */
// biome-ignore lint/suspicious/noConfusingVoidType: a tool that gives nothing back is typed void
export type JsonLike<T> = T extends null | boolean | number | string | undefined | void
  ? T
  : T extends ((...args: never[]) => unknown) | bigint | symbol
    ? never
    : T extends object
      ? { [Key in keyof T]: JsonLike<T[Key]> }
      : never;
