/**
 * What `npm start` starts is gone when it ends, whether or not it wants to go.
 */
import { expect, it } from "vitest";
import { startGroup } from "../../scripts/lib/process-group.ts";
import { processes } from "./support/running.ts";

/** A shell that says a word when it is ready, and what it started itself. */
const start = async (script: string) => {
  const ready = Promise.withResolvers<string>();
  const group = startGroup({
    name: "stubborn",
    command: "sh",
    args: ["-c", script],
    cwd: ".",
    env: process.env,
    onLine: (_, line) => ready.resolve(line),
  });
  return { group, child: Number(await ready.promise) };
};
const lives = (pid: number): boolean => processes().some((each) => each.pid === pid);

it("asks a group to end, and leaves nobody of it behind", async () => {
  const { group, child } = await start('(trap "" TERM; exec sleep 600) & echo $!; wait');
  expect(lives(child)).toBe(true);
  await group.stop();
  expect(await group.ended).toBe("signal SIGTERM");
  await expect.poll(() => lives(child)).toBe(false);
});

it("kills a group that does not end", async () => {
  const { group, child } = await start('trap "" TERM; sleep 600 & echo $!; wait; wait; sleep 600');
  await group.stop();
  expect(await group.ended).toBe("signal SIGKILL");
  await expect.poll(() => lives(child)).toBe(false);
});
