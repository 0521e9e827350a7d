/**
 * What the compiler remembers of a listed tool: the names that the model will see, as far as they are known before a
 * session starts. At run time there is nothing of it.
 */

declare const OFFERS: unique symbol;
declare const WITHIN: unique symbol;

/**
 * The names that a source offers, `string` when it tells them only when it is asked; and those that a sub-agent has for
 * itself, which the voice model never sees and which may set facts all the same.
 */
export interface Offers<Name extends string, Within extends string = never> extends HasWithin<Within> {
  readonly [OFFERS]?: Name;
}

export interface HasWithin<Within extends string> {
  readonly [WITHIN]?: Within;
}

/** Names after renaming. */
export type Renamed<
  Name extends string,
  Renames extends Readonly<Record<string, string>>,
> = string extends Name ? string : Name extends keyof Renames ? Renames[Name] : Name;
