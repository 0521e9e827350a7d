/**
 * Starts the engine that subjects talk to.
 */
import { join } from "node:path";
import { freePorts } from "../../scripts/lib/free-ports.ts";
import { ROOT } from "../../scripts/lib/root.ts";
import { startPinned } from "./pinned.ts";
import { type EngineAddress, pidsOf } from "./subject.ts";
import { untilListening } from "./until-listening.ts";

export interface RunningEngine {
  readonly address: EngineAddress;
  readonly pids: readonly number[];
  lastWords(): readonly string[];
  stop(): Promise<void>;
}

export async function startEngine(processors: string | null): Promise<RunningEngine> {
  const [port = 0, http2Port = 0] = await freePorts(2);
  const group = startPinned({
    name: "engine",
    processors,
    command: process.execPath,
    args: [join(ROOT, "bench", "engine", "main.ts"), String(port), String(http2Port)],
  });
  await untilListening(group, port);
  return {
    address: { http: `http://127.0.0.1:${port}`, http2: `http://127.0.0.1:${http2Port}` },
    pids: pidsOf(group),
    lastWords: () => group.tail(),
    stop: () => group.stop(),
  };
}
