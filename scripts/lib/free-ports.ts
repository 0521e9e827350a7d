/**
 * Ports for the processes that a test, a bench or a storm starts, which are told their ports and listen seconds later. A port the kernel lends
 * and takes back is anybody's in between, so these come from below its ephemeral range, in blocks that one process
 * holds at a time: it listens on a block's first port as long as it lives, and the kernel lets go of it at any death.
 */
import { createServer } from "node:net";
import { portIsFree } from "./ports.ts";

/** Linux lends from 32768 on, others from 49152: no outgoing connection sits on one of these. */
const FIRST = 18_000;
const END = 30_000;
const BLOCK = 20;
const BLOCKS = (END - FIRST) / BLOCK;

/** Ports left of the blocks that this process holds. */
const left: number[] = [];
/** Where this process looks next; its own place to begin spares most of them from asking for a held block. */
let block = process.pid % BLOCKS;

/** Ports that nobody uses, all different, and never given away again as long as this process lives. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = left.shift();
    if (port === undefined) await holdBlock();
    else if (await portIsFree(port)) ports.push(port);
  }
  return ports;
};

const holdBlock = async (): Promise<void> => {
  for (let tried = 0; tried < BLOCKS; tried++) {
    const guard = FIRST + block * BLOCK;
    block = (block + 1) % BLOCKS;
    if (!(await hold(guard))) continue;
    left.push(...Array.from({ length: BLOCK - 1 }, (_, index) => guard + 1 + index));
    return;
  }
  throw new Error(`No block of ports between ${FIRST} and ${END} is left on this machine.`);
};

/** Listens on `port` until this process ends, without keeping it alive. */
const hold = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const guard = createServer((socket) => socket.destroy());
    guard.once("error", () => resolve(false));
    guard.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      guard.unref();
      resolve(true);
    });
  });
