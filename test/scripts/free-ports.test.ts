/**
 * Tests that start processes at the same time must not meet on a port, or one of them fails for no fault of its own.
 */
import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { freePorts } from "../../scripts/lib/free-ports.ts";

const MODULE = new URL("../../scripts/lib/free-ports.ts", import.meta.url).href;
const ask = `import { freePorts } from ${JSON.stringify(MODULE)};
console.log(JSON.stringify(await freePorts(30)));
process.stdin.resume();
process.stdin.on("end", () => process.exit());`;

/** Another process with ports of its own, which it has until it is let go. */
const another = async (): Promise<{ readonly ports: readonly number[]; readonly letGo: () => void }> => {
  const running = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", ask]);
  const { stdout, stdin } = running.child;
  const [line] = (await stdout?.take(1).toArray()) ?? [];
  return { ports: JSON.parse(String(line)), letGo: () => stdin?.end() };
};

it("gives every process ports of its own, more than once, and outside of those the kernel lends", async () => {
  const others = await Promise.all([another(), another(), another()]);
  const ports = [...others.flatMap(({ ports }) => ports), ...(await freePorts(25)), ...(await freePorts(25))];
  for (const { letGo } of others) letGo();
  expect(ports).toHaveLength(140);
  expect(new Set(ports).size).toBe(140);
  expect(ports.every((port) => port > 18_000 && port < 30_000)).toBe(true);
});

it("passes over a port on which somebody listens", async () => {
  const [port = 0] = await freePorts(1);
  const stranger = createServer();
  // At the end of a block somebody is there already, whose port it is all the more.
  const there = new Promise<void>((resolve) => stranger.once("error", () => resolve()));
  await Promise.race([
    there,
    new Promise<void>((resolve) => stranger.listen(port + 1, "127.0.0.1", resolve)),
  ]);
  const ports = await freePorts(5);
  await new Promise((resolve) => stranger.close(resolve));
  expect(ports).not.toContain(port + 1);
});
