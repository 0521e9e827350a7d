/**
 * Waits until a process that was just started answers on its port.
 */
import { waitUntilWell } from "../../scripts/lib/health.ts";
import type { ProcessGroup } from "../../scripts/lib/process-group.ts";

const WITHIN_MS = 60_000;

/** Throws with the process's last words when it does not. */
export async function untilListening(group: ProcessGroup, port: number): Promise<void> {
  const over = new AbortController();
  void group.ended.then(() => over.abort());
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(WITHIN_MS)]);
  const health = await waitUntilWell(`http://127.0.0.1:${port}/healthz`, signal);
  if (health.type === "well") return;
  await group.stop();
  const said = health.type === "unwell" ? `It says: ${health.status} ${health.body}\n` : "";
  throw new Error(`The ${group.name} did not come up.\n${said}${group.tail().join("\n")}`);
}
