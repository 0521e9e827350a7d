/**
 * The console in a real Chromium, against a gateway that says what the test tells it to.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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
    await openPage();
  });

  afterEach(async () => {
    await page.context().close();
    await gateway.stop();
    expect(strangers).toEqual([]);
    expect(complaints).toEqual([]);
  });

  const openPage = async (): Promise<void> => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: "reduce",
    });
    const { url } = gateway;
    page = await context.newPage();
    strangers = [];
    complaints = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith("blob:")) strangers.push(request.url());
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

  /** Takes a picture in light and in dark colours, and looks for words that do not stand out from their ground. */
  const lookAt = async (name: string): Promise<void> => {
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(SCREENS, `${name}-${colorScheme}.png`) });
      expect(await page.evaluate(faintTexts)).toEqual([]);
    }
  };

  const expectNothingCutOff = async (): Promise<void> => {
    const beyond = await page.evaluate(() => ({
      page: document.documentElement.scrollWidth - innerWidth,
      controls: [...document.querySelectorAll("button, input, summary")]
        .filter((element) => element.checkVisibility())
        .map((element) => element.getBoundingClientRect())
        .filter(({ left, right }) => left < 0 || right > innerWidth).length,
    }));
    expect(beyond).toEqual({ page: 0, controls: 0 });
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
    it("shows a whole conversation, in light and dark colours, for every eye and ear", async () => {
      await page.setViewportSize({ width, height });
      await page.goto(gateway.url);
      await page.getByRole("button", { name: "Talk" }).waitFor();
      await lookAt(`start-${name}`);
      const client = await begin("Talk");
      await converse(client);
      await lookAt(`talk-${name}`);
      await expectNothingCutOff();
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
      expect(await page.locator("#timeline-words").textContent()).toContain(
        "you spoke 2 times, the agent 3 times, 3 tool calls, 1 interruption",
      );
      if (name === "phone") await page.getByRole("button", { name: "Details of the session" }).click();
      await page.getByText("$0.0316").waitFor();
      await page.locator("#keypad summary").click();
      client.say(
        { type: "tool_call", call: "c9", name: "pick", arguments: {}, timeoutMs: 9000 },
        { type: "error", error: { code: "model_busy", message: "The speech model is at capacity." } },
      );
      await page.locator(".problem").waitFor();
      await lookAt(`details-${name}`);
      expect(await page.evaluate(accessFaults)).toEqual({
        nameless: [],
        repeated: [],
        dangling: [],
        jumping: 0,
      });
      if (name === "phone") await page.setViewportSize({ width: 360, height: 640 });
      await expectNothingCutOff();
    });
  });

  describe("sound", () => {
    it("plays an answer that comes in bursts without a gap or a click", async () => {
      const client = await begin("Type instead");
      const wave = tone(440, RATE, 2);
      const burst = RATE / 4;
      client.say({ type: "answer", answer: 1, turn: 1, state: "started" });
      for (let at = 0; at < wave.length; at += burst) {
        speak(client, 1, wave.subarray(at, at + burst));
        // The next burst comes when part of this one has been played, as from a model that speaks in sentences.
        const ms = (at / RATE) * 1000;
        await client.until(({ messages }) =>
          messages.find((said) => said.type === "played" && Number(said.ms) > ms - 200),
        );
      }
      client.say({ type: "answer", answer: 1, turn: 1, state: "ended" });
      await client.until(({ messages }) => messages.find(({ type, ms }) => type === "played" && ms === 2000));
      const { rate, samples } = await recording(page);
      const first = samples.findIndex((sample) => sample !== 0);
      const heard = samples.subarray(first, samples.findLastIndex((sample) => sample !== 0) + 1);
      expect(rate).toBe(RATE);
      expect(Math.abs(heard.length - 2 * RATE)).toBeLessThan(10);
      // A pure tone obeys x[n] = 2 cos(w) x[n-1] - x[n-2]; what departs from it is a gap or a click.
      const turn = 2 * Math.cos((2 * Math.PI * 440) / RATE);
      const steady = heard.subarray(RATE / 100, heard.length - RATE / 100);
      let worst = 0;
      for (let at = 2; at < steady.length; at += 1) {
        const expected = turn * (steady[at - 1] ?? 0) - (steady[at - 2] ?? 0);
        worst = Math.max(worst, Math.abs((steady[at] ?? 0) - expected));
      }
      expect(worst).toBeLessThan(0.001);
    });

    it("falls silent at once when the caller breaks in, ignores what comes late, and tells where it stopped", async () => {
      const client = await begin("Type instead");
      client.say({ type: "answer", answer: 1, turn: 1, state: "started" });
      speak(client, 1, tone(300, RATE, 5));
      await client.until(({ messages }) =>
        messages.find(({ type, ms }) => type === "played" && Number(ms) > 500),
      );
      client.say({ type: "interrupted", answer: 1, heardMs: 500, heardText: "", by: "caller" });
      const before = client.messages.length;
      speak(client, 1, tone(300, RATE, 1));
      const told = await client.until(({ messages }) =>
        messages.slice(before).find(({ type }) => type === "played"),
      );
      expect(told).toMatchObject({ answer: 1 });
      client.say({ type: "answer", answer: 2, turn: 2, state: "started" });
      speak(client, 2, tone(900, RATE, 0.3));
      client.say({ type: "answer", answer: 2, turn: 2, state: "ended" });
      await client.until(({ messages }) =>
        messages.find(({ type, answer, ms }) => type === "played" && answer === 2 && ms === 300),
      );

      const { rate, samples, interruptions } = await recording(page);
      const [arrived = 0] = interruptions;
      // The next answer comes later than the silence; the first quiet stretch of 20 ms is the end of the first.
      const quiet = (from: number): boolean =>
        samples.subarray(from, from + rate / 50).every((sample) => sample === 0);
      let silentAt = arrived;
      while (!quiet(silentAt)) silentAt += 1;
      expect(((silentAt - arrived) / rate) * 1000).toBeLessThan(100);
      const started = samples.findIndex((sample) => sample !== 0);
      expect(Math.abs(((silentAt - started) / rate) * 1000 - Number(told.ms))).toBeLessThan(25);
      const next = samples.subarray(silentAt).filter((sample) => sample !== 0).length;
      expect(Math.abs(next - 0.3 * rate)).toBeLessThan(0.02 * rate);
    });

    it("reports how much was heard about four times a second", async () => {
      const client = await begin("Type instead");
      speak(client, 1, tone(300, RATE, 2));
      client.say({ type: "answer", answer: 1, turn: 1, state: "ended" });
      await client.until(({ messages }) => messages.find(({ type, ms }) => type === "played" && ms === 2000));
      const told = client.messages.filter(({ type }) => type === "played").map(({ ms }) => Number(ms));
      expect(told.length).toBeGreaterThan(5);
      expect(told.length).toBeLessThan(12);
      expect(told).toEqual(told.toSorted((a, b) => a - b));
    });

    it("sends what the microphone hears as frames of 20 ms at 16 kHz, and nothing while muted", async () => {
      const client = await begin("Talk");
      await client.until(({ frames }) => (frames.length >= 50 ? true : undefined));
      const from = client.frames.length;
      await client.until(({ frames }) => (frames.length >= from + 100 ? true : undefined));
      const heard = client.frames.slice(from, from + 100);
      expect(new Set(heard.map(({ bytes }) => bytes.length))).toEqual(new Set([640]));
      const span = (heard.at(-1)?.at ?? 0) - (heard[0]?.at ?? 0);
      expect(span).toBeGreaterThan(1_700);
      expect(span).toBeLessThan(2_300);
      const samples = heard.flatMap(({ bytes }) =>
        Array.from({ length: 320 }, (_, at) => bytes.readInt16LE(at * 2)),
      );
      expect(pitchOf(Float32Array.from(samples), 16_000)).toBeCloseTo(PITCH, -0.5);

      await page.getByRole("button", { name: "Mute the microphone" }).click();
      expect(
        await client.until(({ messages }) => messages.find(({ type }) => type === "mute")),
      ).toMatchObject({ muted: true });
      const muted = client.frames.length;
      // Something else comes and goes meanwhile; the microphone has had time to speak.
      speak(client, 1, tone(300, RATE, 1));
      client.say({ type: "answer", answer: 1, turn: 1, state: "ended" });
      await client.until(({ messages }) => messages.find(({ type, ms }) => type === "played" && ms === 1000));
      expect(client.frames.length - muted).toBeLessThanOrEqual(2);
      await page.getByRole("button", { name: "Unmute the microphone" }).click();
      await client.until(({ frames }) => (frames.length > muted + 10 ? true : undefined));
    });
  });

  describe("by keyboard alone", () => {
    const tabTo = async (name: string): Promise<void> => {
      for (let presses = 0; presses < 40; presses += 1) {
        await page.keyboard.press("Tab");
        const here = await page.evaluate(() => {
          const at = document.activeElement;
          return at?.getAttribute("aria-label") ?? at?.textContent?.trim() ?? "";
        });
        if (here === name) return;
      }
      throw new Error(`no way by Tab to ${name}`);
    };

    it("a conversation is begun, held, interrupted, dialled, ended and begun again", async () => {
      const arrival = gateway.nextClient();
      await page.goto(gateway.url);
      await page.locator("#start-text:enabled").waitFor();
      await tabTo("Type instead");
      await page.keyboard.press("Enter");
      const client = await arrival;
      await client.said("hello");
      client.say({ type: "ready", session: SESSION, agent: "bank" });
      await page.getByText("Connected", { exact: true }).waitFor();
      // The text field has the focus already.
      await page.keyboard.type("What is my balance?");
      await page.keyboard.press("Enter");
      expect(await client.said("text")).toEqual({ type: "text", text: "What is my balance?" });
      expect(await page.locator("#words").inputValue()).toBe("");
      expect(client.frames).toEqual([]);

      client.say({ type: "answer", answer: 1, turn: 1, state: "started" });
      speak(client, 1, tone(300, RATE, 5));
      await page.locator("#stop:enabled").waitFor();
      await page.keyboard.press("Escape");
      await client.said("interrupt");
      await page.locator('#dock[data-playback="silent"]').waitFor();
      // Words go on arriving while someone types; neither focus nor what was typed is lost.
      await page.keyboard.type("And ");
      client.say(
        { type: "interrupted", answer: 1, heardMs: 300, heardText: "Twelve", by: "client" },
        { type: "transcript", role: "agent", turn: 2, answer: 2, item: "x", text: "Another", final: true },
      );
      await page.locator(".entries").getByText("Another").waitFor();
      await page.keyboard.type("now?");
      expect(await page.locator("#words").inputValue()).toBe("And now?");

      await tabTo("Telephone keys");
      await page.keyboard.press("Enter");
      await tabTo("1");
      await page.keyboard.press("Enter");
      await page.keyboard.press("#");
      await client.until(({ messages }) =>
        messages.filter(({ type }) => type === "dtmf").length === 2 ? true : undefined,
      );
      expect(client.messages.filter(({ type }) => type === "dtmf").map(({ digits }) => digits)).toEqual([
        "1",
        "#",
      ]);

      await page.keyboard.press("Home");
      await tabTo("End session");
      await page.keyboard.press("Enter");
      await client.said("bye");
      await page.screenshot({ path: join(SCREENS, "ended.png") });
      const next = gateway.nextClient();
      // The button that begins anew has the focus.
      await page.keyboard.press("Enter");
      expect((await (await next).said("hello")).protocol).toBe("antiphon.v1");
    });

    it("a tool call that is the client's is answered by hand", async () => {
      const client = await begin("Type instead");
      client.say({
        type: "tool_call",
        call: "c1",
        name: "pick_colour",
        arguments: { of: ["red", "blue"] },
        timeoutMs: 9000,
      });
      await page.getByLabel("Its result, as text or JSON").fill('{"colour":"blue"}');
      await page.getByRole("button", { name: "Give result" }).press("Enter");
      expect(await client.said("tool_result")).toEqual({
        type: "tool_result",
        call: "c1",
        result: { colour: "blue" },
      });
    });
  });

  describe("what comes from outside", () => {
    it("stays text, whatever it looks like", async () => {
      const client = await begin("Type instead");
      const hostile =
        '<img src="https://stranger.invalid/x" onerror="document.title=1"><script>document.title=2</script>';
      client.say(
        {
          type: "transcript",
          role: "caller",
          turn: 1,
          answer: null,
          item: hostile,
          text: hostile,
          final: true,
        },
        { type: "transcript", role: "agent", turn: 1, answer: 1, item: "a", text: hostile, final: true },
        { type: "tool_started", call: hostile, name: hostile, arguments: { [hostile]: hostile } },
        { type: "tool_ended", call: hostile, name: hostile, status: "failed", reason: hostile, ms: 1 },
        { type: "interrupted", answer: 1, heardMs: 10, heardText: hostile, by: hostile },
        { type: "segment", name: hostile, reason: hostile, gapMs: 1 },
        { type: "error", error: { code: hostile, message: hostile, detail: hostile } },
      );
      await page.locator(".problem").waitFor();
      expect(
        await page.locator(".entries img, .entries script, .problems img, .problems script").count(),
      ).toBe(0);
      expect(await page.locator(".entry.caller .words").textContent()).toBe(hostile);
      expect(await page.title()).toBe("Antiphon console");
    });

    it("of a kind that is not known, or broken, is passed over", async () => {
      const client = await begin("Type instead");
      client.say(
        { type: "weather" },
        { type: "transcript", text: 5 },
        {
          type: "transcript",
          role: "agent",
          turn: 1,
          answer: 1,
          item: "a",
          text: "Still here.",
          final: true,
        },
      );
      await page.getByText("Still here.").first().waitFor();
      expect(await page.locator("#session-unread").textContent()).toBe("0 / 2");
    });
  });

  describe("trouble", () => {
    it("with the microphone is put in words, and writing still works", async () => {
      await page.addInitScript(() => {
        MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
      });
      const client = await begin("Talk");
      await page.getByRole("alert").getByText("The microphone is not allowed").waitFor();
      await page.screenshot({ path: join(SCREENS, "trouble.png") });
      await page.getByLabel("Say something in writing").fill("hello");
      await page.keyboard.press("Enter");
      await client.said("text");
      await page.getByRole("button", { name: "Put this notice away" }).click();
      expect(await page.locator(".problem").count()).toBe(0);
    });

    it("with the key is asked about, and the key stays in this tab", async () => {
      gateway.key = "a-key-of-some-length";
      await page.goto(gateway.url);
      await page.getByLabel("API key").fill("wrong");
      await page.keyboard.press("Enter");
      await page.getByText("That key was not accepted.").waitFor();
      await page.screenshot({ path: join(SCREENS, "key.png") });
      await page.getByLabel("API key").fill(gateway.key);
      await page.keyboard.press("Enter");
      const arrival = gateway.nextClient();
      await page.getByRole("button", { name: "Type instead" }).click();
      await arrival;
      expect(gateway.requests.at(-1)?.authorization).toBe(`Bearer ${gateway.key}`);
      const kept = await page.evaluate(() => [
        JSON.stringify(localStorage),
        document.cookie,
        JSON.stringify(sessionStorage),
      ]);
      expect(kept[0]).not.toContain("a-key");
      expect(kept[1]).toBe("");
      expect(kept[2]).toContain("a-key");
      complaints = complaints.filter((text) => !text.includes("401"));
    });

    it("with the ticket is told from a gateway that is not there", async () => {
      gateway.refuseUpgrades = true;
      await page.goto(gateway.url);
      await page.getByRole("button", { name: "Type instead" }).click();
      await page.getByText("The gateway did not open the connection").waitFor();
      await gateway.stop();
      await page.getByRole("button", { name: "New session" }).click();
      await page.getByText("The gateway cannot be reached").waitFor();
      expect(complaints.length).toBeGreaterThan(0);
      complaints = complaints.filter((text) => !/WebSocket connection|ERR_CONNECTION|404|worklet/.test(text));
    });

    it("with the connection in the middle of a session keeps what was said", async () => {
      const client = await begin("Type instead");
      client.say({
        type: "transcript",
        role: "agent",
        turn: 1,
        answer: 1,
        item: "a",
        text: "Remember me.",
        final: true,
      });
      await page.locator(".entries").getByText("Remember me.").waitFor();
      client.close(1011);
      await page.getByRole("alert").getByText("The connection was lost").waitFor();
      expect(await page.locator(".entries").getByText("Remember me.").isVisible()).toBe(true);
      expect(await page.getByRole("button", { name: "New session" }).isVisible()).toBe(true);
    });
  });

  describe("for everybody", () => {
    it("screen readers are told what stands, not every interim word", async () => {
      const client = await begin("Type instead");
      const heard = await page.evaluateHandle(() => {
        const told: string[] = [];
        const region = document.getElementById("announcer");
        if (region !== null)
          new MutationObserver(() => told.push(region.textContent)).observe(region, { childList: true });
        return told;
      });
      const words = { type: "transcript", role: "agent", turn: 1, answer: 1, item: "a" };
      client.say(
        { ...words, text: "Good", final: false },
        { ...words, text: "Good day", final: false },
        { ...words, text: "Good day.", final: true },
        { ...words, item: "b", text: "Now", final: false },
      );
      await page.locator(".words .interim").waitFor();
      expect(await heard.jsonValue()).toEqual(["Agent: Good day."]);
    });

    it("the chosen colours are kept", async () => {
      await page.goto(gateway.url);
      await page.getByRole("button", { name: "Colours: as the system" }).click();
      await page.getByRole("button", { name: "Colours: light" }).click();
      await page.reload();
      await page.getByRole("button", { name: "Colours: dark" }).waitFor();
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
    });
  });

  it("takes the transcript along as a file", async () => {
    const client = await begin("Type instead");
    client.say({
      type: "transcript",
      role: "agent",
      turn: 1,
      answer: 1,
      item: "a",
      text: "Keep this.",
      final: true,
    });
    await page.locator(".entries").getByText("Keep this.").waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as text" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe(`antiphon-${SESSION}.txt`);
    expect(await readFile(await file.path(), "utf8")).toContain("Agent: Keep this.");
  });
});

/** The pitch of a voice in Hz, by the strongest of its autocorrelations between 70 and 300 Hz. */
const pitchOf = (samples: Float32Array, rate: number): number => {
  let best = { lag: 0, strength: Number.NEGATIVE_INFINITY };
  for (let lag = Math.floor(rate / 300); lag <= rate / 70; lag += 1) {
    let strength = 0;
    for (let at = lag; at < samples.length; at += 1)
      strength += (samples[at] ?? 0) * (samples[at - lag] ?? 0);
    if (strength > best.strength) best = { lag, strength };
  }
  return rate / best.lag;
};

/** Runs in the page: what would stop someone who cannot see it. */
const accessFaults = () => {
  const nameOf = (element: Element): string =>
    element.getAttribute("aria-label") ??
    (element as HTMLInputElement).labels?.[0]?.textContent?.trim() ??
    element.textContent?.trim() ??
    "";
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  const references = ["aria-labelledby", "aria-controls", "aria-describedby", "for"];
  return {
    /** Controls without a name. */
    nameless: [
      ...document.querySelectorAll("button, input, select, textarea, summary, meter, section, aside"),
    ]
      .filter((element) => nameOf(element) === "")
      .map(({ outerHTML }) => outerHTML),
    repeated: ids.filter((id, index) => ids.indexOf(id) !== index),
    /** References to what is not there. */
    dangling: references.flatMap((name) =>
      [...document.querySelectorAll(`[${name}]`)]
        .map((element) => element.getAttribute(name) ?? "")
        .filter((id) => document.getElementById(id) === null),
    ),
    /** Places where the order of focus is not the order of reading. */
    jumping: [...document.querySelectorAll("[tabindex]")].filter(
      (element) => Number(element.getAttribute("tabindex")) > 0,
    ).length,
  };
};

/** Runs in the page: visible texts whose contrast with the ground behind them is below 4.5 (3 for large type). */
const faintTexts = (): readonly string[] => {
  const paint = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  if (paint === null) throw new Error("no canvas");
  /** The colour that is seen when these are laid over one another, the lowest first. */
  const blend = (colours: readonly string[]): readonly number[] => {
    paint.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      paint.fillStyle = colour;
      paint.fillRect(0, 0, 1, 1);
    }
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (colour: readonly number[]): number => {
    const [red = 0, green = 0, blue = 0] = colour.map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundsOf = (element: Element | null): readonly string[] =>
    element === null ? [] : [...groundsOf(element.parentElement), getComputedStyle(element).backgroundColor];
  const faint: string[] = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some(
      ({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && textContent?.trim(),
    );
    const disabled = element.closest(":disabled") !== null;
    if (!own || disabled || !element.checkVisibility() || element.closest(".hidden, .skip, title, option"))
      continue;
    const style = getComputedStyle(element);
    const grounds = groundsOf(element);
    const colour = element instanceof SVGElement ? style.fill : style.color;
    const [light = 0, dark = 0] = [
      luminance(blend([...grounds, colour])),
      luminance(blend(grounds)),
    ].toSorted((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < (Number.parseFloat(style.fontSize) >= 24 ? 3 : 4.5)) {
      faint.push(
        `${element.textContent?.trim().slice(0, 30)} (${element.className}): ${contrast.toFixed(2)}`,
      );
    }
  }
  return faint;
};
