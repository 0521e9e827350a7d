/**
 * The whole of it: a person speaks into a real Chromium's microphone, the console sends it through the real gateway in
 * workerd to the emulator, a tool is called, the answer is heard; then the person talks into an answer.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createVoice } from "../../emulator/voice/voice.ts";
import { freePorts } from "../../scripts/lib/free-ports.ts";
import { writeWav } from "../../scripts/wav.ts";
import { findChromium } from "../console/support/find-chromium.ts";
import { noSettings, npm, type Running } from "../scripts/support/running.ts";

const program = findChromium();
const RATE = 16_000;
const STORY = [
  "Once upon a time a fox lived under the old mill by the river.",
  "Every morning it watched the boats go by and wondered where they went.",
  "One day it jumped onto the last boat of the year and hid among the sacks of flour.",
  "The river carried it past towns and bridges, and past a castle with a hundred windows.",
];
const SCENARIO = {
  name: "spoken",
  heard: ["What is the balance of my checking account?", "Tell me a story.", "Stop, please."],
  turns: [
    {
      when: { any: ["balance"] },
      do: [{ use: "get_balance", arguments: { account: "checking" } }],
      results: [{ say: "You have {{result.balance}} dollars." }],
    },
    { when: { any: ["story"] }, do: STORY.map((say) => ({ say })) },
    { when: { any: ["stop"] }, do: [{ say: "All right." }] },
  ],
};

describe.skipIf(program === null)("a spoken conversation in Chromium", () => {
  const directory = mkdtempSync(join(tmpdir(), "antiphon-test-"));
  let stack: Running;
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    const [port = 0, emulatorPort = 0, h2Port = 0] = await freePorts(3);
    url = `http://localhost:${port}`;
    stack = npm(
      ...["start", "--silent", "--", "--port", String(port), "--emulator-port", String(emulatorPort)],
      ...["--emulator-h2-port", String(h2Port), "--settings", noSettings(directory), "--state", directory],
    );
    const microphone = join(directory, "microphone.wav");
    const voice = await createVoice();
    const question = await voice.speak("What is the balance of my checking account?", "matthew", RATE);
    const pause = (seconds: number) => new Int16Array(seconds * RATE);
    // Chromium plays it over and over: the second time it asks for a story, the third time it falls into the story.
    const parts = [pause(4), question, pause(7)];
    await voice.close();
    writeFileSync(microphone, writeWav({ rate: RATE, pcm: bytesOf(parts) }));
    browser = await chromium.launch({
      executablePath: program ?? "",
      args: [
        ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
        ...["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"],
        `--use-file-for-fake-audio-capture=${microphone}`,
        "--autoplay-policy=no-user-gesture-required",
      ],
    });
    await stack.says("Ctrl-C");
    const scenario = await fetch(`http://127.0.0.1:${emulatorPort}/_emulator/scenario`, {
      method: "POST",
      body: JSON.stringify(SCENARIO),
    });
    expect(scenario.ok, await scenario.text()).toBe(true);
  });

  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it("is heard, answered with the tool's result, and falls silent when talked over", {
    timeout: 300_000,
  }, async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.setDefaultTimeout(150_000);
    await page.goto(url);
    await page.getByRole("button", { name: "Talk", exact: true }).click();

    const caller = page.locator(".entry.caller .words");
    const agent = page.locator(".entry.agent .words");
    await caller.filter({ hasText: "What is the balance of my checking account?" }).waitFor();
    await page.locator(".tool-state").filter({ hasText: "answered" }).waitFor();
    await agent.filter({ hasText: /1,?284/ }).waitFor();

    await caller.filter({ hasText: "Tell me a story." }).waitFor();
    await page.locator('#dock[data-playback="playing"]').waitFor();
    const story = page.locator(".entry.agent").filter({ hasText: "Once upon a time" });
    await story.locator("del").waitFor();
    await page.locator('#dock[data-playback="silent"]').waitFor();
    await caller.filter({ hasText: "Stop, please." }).waitFor();
    await agent.filter({ hasText: "All right." }).waitFor();

    const struck = (await story.locator("del").textContent()) ?? "";
    expect(struck.length).toBeGreaterThan(10);
    await page.screenshot({ path: join(tmpdir(), "antiphon-spoken-conversation.png") });
    expect(complaints).toEqual([]);
    await page.close();
  });
});

const bytesOf = (parts: readonly Int16Array[]): Uint8Array =>
  Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
