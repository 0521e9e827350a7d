/**
 * What the compiler remembers of a listed tool: the names that the model will see, as far as they are known before a
 * session starts. At run time there is nothing of it.
 */

declare const OFFERS: unique symbol;

/** `string` when a source tells its names only when it is asked. */
export interface Offers<Name extends string> {
  readonly [OFFERS]?: Name;
}

/** Names after renaming. */
export type Renamed<
  Name extends string,
  Renames extends Readonly<Record<string, string>>,
> = string extends Name ? string : Name extends keyof Renames ? Renames[Name] : Name;
