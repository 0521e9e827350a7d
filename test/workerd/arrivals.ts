/** Things that arrive, to be waited for. */
export class Arrivals<T> {
  readonly all: T[] = [];
  #waiting: (() => void)[] = [];

  push(item: T): void {
    this.all.push(item);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** The first item, past or coming, that fits. */
  async first<U extends T>(fits: (item: T) => item is U): Promise<U>;
  async first(fits: (item: T) => boolean): Promise<T>;
  async first(fits: (item: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.all.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }
}
