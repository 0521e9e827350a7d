/**
 * Measured numbers that the calculation begins with: bench/figures.json. `rough` are those nobody has measured properly.
 */
import { readFileSync } from "node:fs";
import * as z from "zod";

const figure = z.strictObject({ value: z.number().positive(), rough: z.boolean(), from: z.string() });

const figures = z.strictObject({
  /** CPU of workerd for a minute of a call, ms. */
  cpuMsPerMinute: figure,
  /** Of one session while it talks, after a forced collection. */
  liveHeapKilobytes: figure,
  /** The most calls of one thread that no frame waits for: p99 of the added time at most 20 ms, nothing lost. */
  callsPerThread: figure,
  clientMessagesPerSecond: figure,
  /** 20 ms of the caller's audio on the wire to Bedrock. */
  frameWireBytes: figure,
  /** A finished session on disk. */
  transcriptKilobytes: figure,
  /** CPU of a question to the capacity ledger: of an empty house, and for each place held. */
  ledgerMicroseconds: figure,
  ledgerMicrosecondsPerPlace: figure,
});

export type Figures = z.infer<typeof figures>;

export const readFigures = (): Figures =>
  figures.parse(JSON.parse(readFileSync(new URL("../figures.json", import.meta.url), "utf8")));
