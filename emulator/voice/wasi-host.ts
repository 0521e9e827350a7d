/**
 * The little of an operating system that flite needs, in memory: arguments in, one file and the error output out.
 * Instead of node:wasi, because that one can only hand out a real directory, and is marked experimental.
 */

/** Errno values of WASI preview 1. */
const OK = 0;
const BAD_DESCRIPTOR = 8;

/** Descriptor of the only directory, and of the only file that can be opened in it. */
const DIRECTORY = 3;
const FILE = 4;
/** What the directory is called in the program's eyes. */
export const OUTPUT_DIRECTORY = "/out";

/** A file larger than this is a program gone wrong: 64 MB is half an hour of speech. */
const LARGEST_FILE = 64 * 1024 * 1024;

export interface ProgramOutput {
  readonly exitCode: number;
  readonly file: Uint8Array;
  readonly errors: string;
}

/** Thrown by `proc_exit` to leave the program; never leaves this file. */
class Exit {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

/**
 * Runs a WASI command once, in a fresh memory.
 *
 * @throws WebAssembly.RuntimeError when the program traps, RangeError when it writes without end.
 */
export function runProgram(module: WebAssembly.Module, args: readonly string[]): ProgramOutput {
  const encoded = args.map((arg) => new TextEncoder().encode(`${arg.replaceAll("\0", "")}\0`));
  const decoder = new TextDecoder();
  let file = new Uint8Array(1 << 16);
  let size = 0;
  let position = 0;
  let errors = "";
  let memory: WebAssembly.Memory | undefined;

  const bytes = (): Uint8Array => new Uint8Array(memory?.buffer ?? new ArrayBuffer(0));
  const view = (): DataView => new DataView(memory?.buffer ?? new ArrayBuffer(0));

  const store = (data: Uint8Array): void => {
    const end = position + data.length;
    if (end > LARGEST_FILE) throw new RangeError("the speech program writes without end");
    if (end > file.length) {
      const larger = new Uint8Array(Math.max(file.length * 2, end));
      larger.set(file);
      file = larger;
    }
    file.set(data, position);
    position = end;
    size = Math.max(size, end);
  };

  const wasi = {
    args_sizes_get(count: number, length: number): number {
      view().setUint32(count, encoded.length, true);
      view().setUint32(
        length,
        encoded.reduce((sum, arg) => sum + arg.length, 0),
        true,
      );
      return OK;
    },
    args_get(pointers: number, buffer: number): number {
      let at = buffer;
      encoded.forEach((arg, index) => {
        view().setUint32(pointers + 4 * index, at, true);
        bytes().set(arg, at);
        at += arg.length;
      });
      return OK;
    },
    // Time stands still: the same words must give the same samples.
    clock_time_get(_clock: number, _precision: bigint, out: number): number {
      view().setBigUint64(out, 0n, true);
      return OK;
    },
    fd_close: () => OK,
    fd_fdstat_set_flags: () => OK,
    fd_fdstat_get(descriptor: number, out: number): number {
      bytes().fill(0, out, out + 24);
      const [characterDevice, directory, regularFile] = [2, 3, 4];
      const kind =
        descriptor < DIRECTORY ? characterDevice : descriptor === DIRECTORY ? directory : regularFile;
      view().setUint8(out, kind);
      view().setBigUint64(out + 8, ~0n, true);
      view().setBigUint64(out + 16, ~0n, true);
      return OK;
    },
    fd_prestat_get(descriptor: number, out: number): number {
      if (descriptor !== DIRECTORY) return BAD_DESCRIPTOR;
      view().setUint8(out, 0);
      view().setUint32(out + 4, OUTPUT_DIRECTORY.length, true);
      return OK;
    },
    fd_prestat_dir_name(_descriptor: number, path: number, length: number): number {
      bytes().set(new TextEncoder().encode(OUTPUT_DIRECTORY).subarray(0, length), path);
      return OK;
    },
    fd_read(_descriptor: number, _vectors: number, _count: number, out: number): number {
      view().setUint32(out, 0, true);
      return OK;
    },
    fd_seek(_descriptor: number, offset: bigint, whence: number, out: number): number {
      position = Number(offset) + (whence === 1 ? position : whence === 2 ? size : 0);
      view().setBigUint64(out, BigInt(position), true);
      return OK;
    },
    fd_write(descriptor: number, vectors: number, count: number, out: number): number {
      let written = 0;
      for (let index = 0; index < count; index += 1) {
        const start = view().getUint32(vectors + 8 * index, true);
        const length = view().getUint32(vectors + 8 * index + 4, true);
        const data = bytes().slice(start, start + length);
        if (descriptor === FILE) store(data);
        else errors = (errors + decoder.decode(data)).slice(-4000);
        written += length;
      }
      view().setUint32(out, written, true);
      return OK;
    },
    path_open(...parameters: readonly unknown[]): number {
      view().setUint32(Number(parameters.at(-1)), FILE, true);
      return OK;
    },
    proc_exit(code: number): never {
      throw new Exit(code);
    },
  };

  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi });
  const { memory: own, _start: start } = instance.exports;
  if (!(own instanceof WebAssembly.Memory) || typeof start !== "function") {
    throw new TypeError("the speech program is not a WASI command");
  }
  memory = own;
  let exitCode = 0;
  try {
    start();
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    exitCode = error.code;
  }
  return { exitCode, file: file.slice(0, size), errors };
}
