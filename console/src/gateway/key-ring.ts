/**
 * Where an API key is kept: for this tab, until it is closed, and nowhere else.
 */
const NAME = "antiphon.key";

export interface KeyRing {
  readonly key: string | null;
  keep(key: string): void;
}

export const tabKeyRing: KeyRing = {
  get key() {
    return sessionStorage.getItem(NAME);
  },
  keep(key) {
    sessionStorage.setItem(NAME, key);
  },
};
