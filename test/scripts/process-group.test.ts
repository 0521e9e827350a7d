/**
 * What `npm start` starts is gone when it ends, whether or not it wants to go, and its last words are heard.
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

it("has told its last line when it is said to have ended, though that comes after its exit", async () => {
  // The line is written once nobody is left under the shell's number, which is when its exit was noticed.
  const { group } = await start(
    'echo $$; (while kill -0 $$ 2>/dev/null; do sleep 0.01; done; printf "the fault") & exit 3',
  );
  expect(await group.ended).toBe("exit code 3");
  expect(group.tail().at(-1)).toBe("the fault");
});

it("waits no longer than a moment for somebody who has left the group and holds the output open", async () => {
  const { group, child } = await start("setsid sh -c 'echo $$; exec sleep 600' & wait $!");
  try {
    await group.stop();
    expect(await group.ended).toBe("signal SIGTERM");
    expect(lives(child)).toBe(true);
  } finally {
    process.kill(child, "SIGKILL");
  }
});

it("ends with the reason when there is no such program", async () => {
  const group = startGroup({
    name: "none",
    command: "./no-such-program",
    args: [],
    cwd: ".",
    env: process.env,
  });
  expect(await group.ended).toContain("ENOENT");
  await group.stop();
});
