/**
 * The console in a real Chromium, against a gateway that says what the test tells it to.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findChromium } from "./support/find-chromium.ts";
import { installListener, LISTENER_FILE, LISTENER_THREAD, recording } from "./support/listener.ts";
import { type ScriptedClient, ScriptedGateway, SESSION } from "./support/scripted-gateway.ts";
import { tone, voiceLike, wavFile } from "./support/wav.ts";

const program = findChromium();
const RATE = 24_000;
/** Pitch of the voice that Chromium's microphone hears, in Hz. */
const PITCH = 125;
const SCREENS = join(tmpdir(), "antiphon-console-screens");

describe.skipIf(program === null)("the console in Chromium", () => {
  let folder: string;
  let browser: Browser;
  let gateway: ScriptedGateway;
  let page: Page;
  /** What a page may never do: speak to strangers, or complain. */
  let strangers: string[];
  let complaints: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "antiphon-console-"));
    await mkdir(SCREENS, { recursive: true });
    const build = join(import.meta.dirname, "../../console/build.ts");
    await promisify(execFile)(process.execPath, [build, "--out", join(folder, "dist")]);
    const microphone = join(folder, "microphone.wav");
    await writeFile(microphone, wavFile(voiceLike(PITCH, 48_000, 3), 48_000));
    browser = await chromium.launch({
      executablePath: program ?? "",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        `--use-file-for-fake-audio-capture=${microphone}`,
      ],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    gateway = await ScriptedGateway.start(join(folder, "dist"));
    gateway.extra.set(LISTENER_FILE, LISTENER_THREAD);
    await openPage({ width: 1280, height: 800 }, "light");
  });

  afterEach(async () => {
    await page.context().close();
    await gateway.stop();
    expect(strangers).toEqual([]);
    expect(complaints).toEqual([]);
  });

  const openPage = async (
    viewport: { readonly width: number; readonly height: number },
    colorScheme: "light" | "dark",
  ): Promise<void> => {
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
    page = await context.newPage();
    strangers = [];
    complaints = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(gateway.url) && !request.url().startsWith("blob:"))
        strangers.push(request.url());
    });
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await installListener(page);
  };

  /** Begins a session the way a person does, and answers its hello. */
  const begin = async (button: "Talk" | "Type instead"): Promise<ScriptedClient> => {
    const arrival = gateway.nextClient();
    await page.goto(gateway.url);
    await page.getByRole("button", { name: button }).click();
    const client = await arrival;
    await client.said("hello");
    client.say({ type: "ready", session: SESSION, agent: "bank", protocol: "antiphon.v1" });
    await page.getByText("Connected", { exact: true }).waitFor();
    await page.locator("html[data-test-ear=open]").waitFor({ state: "attached" });
    return client;
  };

  const speak = (client: ScriptedClient, answer: number, samples: Float32Array): void => {
    const frame = (RATE * 40) / 1000;
    for (let at = 0; at < samples.length; at += frame) client.sound(answer, samples.subarray(at, at + frame));
  };

  /** A conversation with one of everything. */
  const converse = async (client: ScriptedClient): Promise<void> => {
    const agent = { type: "transcript", role: "agent", final: true } as const;
    const caller = { type: "transcript", role: "caller", answer: null, final: true } as const;
    client.say(
      { type: "segment", name: "main", reason: "start", gapMs: 0 },
      { type: "answer", answer: 1, turn: 1, state: "started" },
      {
        ...agent,
        turn: 1,
        answer: 1,
        item: "a1",
        text: "Good evening, this is Harbour Bank. How may I help you?",
      },
    );
    speak(client, 1, voiceLike(180, RATE, 1));
    client.say({ type: "answer", answer: 1, turn: 1, state: "ended" });
    await page.locator('#dock[data-playback="playing"]').waitFor();
    await page.locator('#dock[data-playback="silent"]').waitFor();
    client.say({ type: "speech", state: "started" });
    client.say({ ...caller, turn: 2, item: "c1", text: "How much money is", final: false });
    await client.until(({ frames }) => (frames.length > 60 ? true : undefined));
    client.say(
      {
        ...caller,
        turn: 2,
        item: "c1",
        text: "How much money is in my savings account, and when is the next transfer due?",
      },
      { type: "speech", state: "stopped" },
      { type: "tool_started", call: "t1", name: "get_balance", arguments: { account: "savings" } },
    );
    await client.until(({ frames }) => (frames.length > 75 ? true : undefined));
    client.say(
      {
        type: "tool_ended",
        call: "t1",
        name: "get_balance",
        status: "ok",
        result: { balance: 2410.5, currency: "EUR" },
        ms: 184,
      },
      { type: "tool_started", call: "t2", name: "next_transfer", arguments: { account: "savings" } },
      { type: "tool_ended", call: "t2", name: "next_transfer", status: "failed", reason: "timeout", ms: 262 },
      { type: "answer", answer: 2, turn: 2, state: "started" },
      {
        ...agent,
        turn: 2,
        answer: 2,
        item: "a2",
        final: false,
        text: "There are two thousand four hundred and ten euros and fifty cents in your savings account. I could not look up the next transfer just now; shall I try again?",
      },
    );
    speak(client, 2, voiceLike(180, RATE, 6));
    await page.locator('#dock[data-answer="2"]').waitFor();
    client.say({
      type: "metrics",
      turn: 2,
      firstAudioMs: 612,
      sinceSpeechMs: 1430,
      tools: [{ name: "get_balance", ms: 184, status: "ok" }],
      interrupted: true,
      gateway: { upMs: 0.2, downMs: 0.4 },
    });
    await client.until(({ messages }) =>
      messages.find(({ type, answer, ms }) => type === "played" && answer === 2 && Number(ms) > 1400),
    );
    client.say(
      { type: "speech", state: "started" },
      {
        type: "interrupted",
        answer: 2,
        heardMs: 1480,
        heardText: "There are two thousand four hundred and ten euros and fifty cents in your",
        by: "caller",
      },
      { type: "segment", name: "main", reason: "rotation", gapMs: 0 },
      {
        type: "usage",
        tokens: { inputSpeech: 1204, inputText: 310, outputSpeech: 2280, outputText: 96 },
        cost: { model: 0.0314, platform: 0.0002, total: 0.0316 },
      },
      { ...caller, turn: 3, item: "c3", text: "Yes, please do" },
      { ...caller, turn: 3, item: "c3", text: "Yes, please do", final: false },
      { type: "speech", state: "stopped" },
    );
    await page.getByText("You broke in after 1.5 s").waitFor();
    await page.locator('#dock[data-playback="silent"]').waitFor();
    client.say(
      { type: "answer", answer: 3, turn: 3, state: "started" },
      {
        ...agent,
        turn: 3,
        answer: 3,
        item: "a3",
        text: "I am looking at the standing orders of your",
        final: false,
      },
      {
        type: "tool_started",
        call: "t3",
        name: "next_transfer",
        arguments: { account: "savings", retry: true },
      },
    );
    speak(client, 3, voiceLike(180, RATE, 8));
    await page.locator('#dock[data-answer="3"]').waitFor();
    client.say({
      type: "metrics",
      turn: 3,
      firstAudioMs: 540,
      sinceSpeechMs: 1210,
      tools: [],
      interrupted: false,
      gateway: { upMs: 0.2, downMs: 0.3 },
    });
  };

  describe.each([
    ["desktop", 1280, 800],
    ["phone", 375, 740],
  ] as const)("on a %s", (name, width, height) => {
    it.each(["light", "dark"] as const)(
      "shows a whole conversation in %s colours, with nothing cut off",
      async (colours) => {
        await page.context().close();
        await openPage({ width, height }, colours);
        await page.goto(gateway.url);
        await page.getByRole("button", { name: "Talk" }).waitFor();
        await page.screenshot({ path: join(SCREENS, `start-${name}-${colours}.png`) });
        const client = await begin("Talk");
        await converse(client);
        await page.screenshot({ path: join(SCREENS, `talk-${name}-${colours}.png`) });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        expect(await page.locator(".entry.caller .words").allTextContents()).toEqual([
          "How much money is in my savings account, and when is the next transfer due?",
          "Yes, please do",
        ]);
        expect(await page.locator("del").textContent()).toContain("savings account. I could not look up");
        expect(await page.locator(".tool-state").allTextContents()).toEqual([
          "answered in 184 ms",
          "took too long, 262 ms",
          "running",
        ]);
        if (name === "phone") await page.getByRole("button", { name: "Details of the session" }).click();
        await page.getByText("$0.0316").waitFor();
        await page.screenshot({ path: join(SCREENS, `details-${name}-${colours}.png`) });
      },
    );
  });
});
