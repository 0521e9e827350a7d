/**
 * The part of WebAssembly the voice uses: neither the language's library nor Node's types declare it, and the browser's
 * library would let the whole emulator use things that are not there.
 */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Memory {
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, (...parameters: never[]) => number>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  class RuntimeError extends Error {}
}
