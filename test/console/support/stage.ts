/**
 * One Chromium per test file, one gateway and one page per test, and what every conversation begins with.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { findChromium } from "./find-chromium.ts";
import { installListener, LISTENER_FILE, LISTENER_THREAD } from "./listener.ts";
import { type RESUME, type ScriptedClient, ScriptedGateway, SESSION } from "./scripted-gateway.ts";
import { voiceLike, wavFile } from "./wav.ts";

/** What the console asks to be played, in Hz. */
export const RATE = 24_000;
/** Pitch of the voice that Chromium's microphone hears, in Hz. */
export const PITCH = 125;
/** Pictures of the console are left here, for people to look at. */
export const SCREENS = join(tmpdir(), "antiphon-console-screens");

export interface Stage {
  readonly gateway: ScriptedGateway;
  readonly page: Page;
  /** What the browser complained of. A test that provokes complaints takes them out again. */
  complaints: string[];
  /** Begins a session the way a person does, and answers its hello. */
  begin(button: "Talk" | "Type instead", resume?: typeof RESUME): Promise<ScriptedClient>;
}

/** Sends an answer's audio in messages of 40 ms, as fast as they go. */
export const speak = (client: ScriptedClient, answer: number, samples: Float32Array): void => {
  const frame = (RATE * 40) / 1000;
  for (let at = 0; at < samples.length; at += frame) client.sound(answer, samples.subarray(at, at + frame));
};

const launch = async (folder: string): Promise<Browser> => {
  const microphone = join(folder, "microphone.wav");
  await writeFile(microphone, wavFile(voiceLike(PITCH, 48_000, 3), 48_000));
  return chromium.launch({
    executablePath: findChromium() ?? "",
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
};

/** Sets the stage for the tests of a file; to be called where their hooks belong. */
export const useStage = (): Stage => {
  let folder: string;
  let browser: Browser;
  let page: Page;
  let gateway: ScriptedGateway;
  /** Requests to anybody but the gateway: a console makes none. */
  let strangers: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "antiphon-console-"));
    await mkdir(SCREENS, { recursive: true });
    const build = join(import.meta.dirname, "../../../console/build.ts");
    await promisify(execFile)(process.execPath, [build, "--out", join(folder, "dist")]);
    browser = await launch(folder);
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    gateway = await ScriptedGateway.start(join(folder, "dist"));
    gateway.extra.set(LISTENER_FILE, LISTENER_THREAD);
    const { url } = gateway;
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: "reduce",
    });
    // Waiting costs nothing where all is well.
    context.setDefaultTimeout(150_000);
    page = await context.newPage();
    strangers = [];
    stage.complaints = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith("blob:")) strangers.push(request.url());
    });
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") stage.complaints.push(message.text());
    });
    page.on("pageerror", (error) => stage.complaints.push(error.message));
    await installListener(page);
  });

  afterEach(async () => {
    await page.context().close();
    await gateway.stop();
    expect(strangers).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });

  const stage: Stage = {
    get gateway() {
      return gateway;
    },
    get page() {
      return page;
    },
    complaints: [],
    async begin(button, resume) {
      const arrival = gateway.nextClient();
      await page.goto(gateway.url);
      await page.getByRole("button", { name: button }).click();
      const client = await arrival;
      await client.said("hello");
      client.say({ type: "ready", session: SESSION, agent: "bank", protocol: "antiphon.v1", resume });
      await page.getByText("Connected", { exact: true }).waitFor();
      await page.locator("html[data-test-ear=open]").waitFor({ state: "attached" });
      return client;
    },
  };
  return stage;
};
