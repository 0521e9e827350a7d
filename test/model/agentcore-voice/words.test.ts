import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { LIMITS } from "../../../src/base/limits.ts";
import { cutToBytes, foldHistory } from "../../../src/model/agentcore-voice/fold-history.ts";
import { AUDIO_PIECE_BYTES, audioInputsOf, config } from "../../../src/model/agentcore-voice/input-events.ts";
import { runtimeSessionId } from "../../../src/model/agentcore-voice/session-id.ts";
import { SpokenWords } from "../../../src/model/agentcore-voice/spoken-words.ts";
import { spec } from "../nova-sonic/spec.ts";

describe("the agent's words on their way", () => {
  it("are told sentence by sentence when they come so, and confirmed one by one", () => {
    const words = new SpokenWords();
    expect(words.delta("Good morning.")).toEqual(["Good morning."]);
    expect(words.delta("How are you?")).toEqual(["How are you?"]);
    expect(words.said("Good morning.")).toEqual({ planned: [], spoken: ["Good morning."] });
    expect(words.said("How are you?")).toEqual({ planned: [], spoken: ["How are you?"] });
  });

  it("are put together when they come in crumbs, and confirmed all at once", () => {
    const words = new SpokenWords();
    const told = ["Go", "od mor", "ning.", " How ", "are", " you?"].flatMap((crumb) => words.delta(crumb));
    expect(told).toEqual(["Good morning.", "How are you?"]);
    expect(words.said("Good morning. How are you?")).toEqual({
      planned: [],
      spoken: ["Good morning.", "How are you?"],
    });
  });

  it("need no full stop at the end", () => {
    const words = new SpokenWords();
    expect(words.delta("Sure")).toEqual([]);
    expect(words.said("Sure")).toEqual({ planned: ["Sure"], spoken: ["Sure"] });
  });

  it("are corrected by what was really said", () => {
    const words = new SpokenWords();
    words.delta("It is twelve.");
    expect(words.said("It's noon.")).toEqual({ planned: [], spoken: ["It's noon."] });
    expect(words.said("")).toEqual({ planned: [], spoken: [] });
  });

  it("are planned and said at once when they were never announced", () => {
    expect(new SpokenWords().said("Well.")).toEqual({ planned: ["Well."], spoken: ["Well."] });
  });

  it("are forgotten when the caller cuts in", () => {
    const words = new SpokenWords();
    words.delta("A long story. And");
    words.forget();
    expect(words.flush()).toEqual([]);
    expect(words.said("New.")).toEqual({ planned: ["New."], spoken: ["New."] });
  });
});

describe("what an agent is told at first", () => {
  const history = [
    { role: "caller" as const, text: "Hello,\nit is me" },
    { role: "agent" as const, text: "Good morning." },
  ];

  it("is its prompt alone when nothing was said", () => {
    expect(foldHistory("Be kind.", [], 10_000)).toBe("Be kind.");
  });

  it("has what was said so far behind its prompt, one line each", () => {
    const prompt = foldHistory("Be kind.", history, 10_000);
    expect(prompt).toMatch(/^Be kind\.\n\nThis conversation is already under way/);
    expect(prompt).toContain("\nCaller: Hello, it is me\nYou: Good morning.\n");
    expect(prompt).toMatch(/Do not greet again/);
  });

  it("keeps the newest when there is not room for all", () => {
    const long = Array.from({ length: 400 }, (_, i) => ({
      role: i % 2 === 0 ? ("caller" as const) : ("agent" as const),
      text: `"Message" number ${i}: ${"ü".repeat(50)}`,
    }));
    const prompt = foldHistory("Be kind.", long, 100_000);
    expect(Buffer.byteLength(JSON.stringify(prompt))).toBeLessThan(LIMITS.runtimeHistoryBytes + 50);
    expect(prompt).toContain("number 399:");
    expect(prompt).not.toContain("number 3:");
  });

  it.each([
    ["a prompt of quotes", '"'.repeat(60_000)],
    ["a prompt of signs of four bytes", "🎙".repeat(30_000)],
    ["a prompt of half surrogates", "\ud800".repeat(60_000)],
    ["a prompt of control characters", "\u0001".repeat(60_000)],
  ])("fits into one frame with %s", (_, prompt) => {
    const json = config(spec({ prompt, history }), "us-east-1", {});
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(LIMITS.runtimeFrameBytes);
    expect(JSON.parse(json).system_prompt.isWellFormed()).toBe(true);
  });

  it.each(["", "a", "🎙", "a🎙", '"\n'])(
    "of %j no character is parted, and no byte too many is kept",
    (text) => {
      for (let bytes = 0; bytes < 8; bytes++) {
        const cut = cutToBytes(text, bytes);
        expect(text.startsWith(cut) && cut.isWellFormed()).toBe(true);
        expect(Buffer.byteLength(JSON.stringify(cut)) - 2).toBeLessThanOrEqual(bytes);
      }
    },
  );
});

describe("audio for an agent", () => {
  it.each([16_000, 24_000] as const)("at %i Hz fills its largest event without going over", (rate) => {
    const [event = ""] = audioInputsOf(rate)(new Uint8Array(AUDIO_PIECE_BYTES));
    expect(event.length).toBeLessThanOrEqual(10_000);
    expect(event.length).toBeGreaterThan(9_980);
    expect(AUDIO_PIECE_BYTES % 6).toBe(0);
    expect(JSON.parse(event).audio.length % 4).toBe(0);
  });
});

describe("a runtime session's name", () => {
  it("shows the session's own id, and is the same every time", () => {
    const session = "0b6f3a52-8d0e-4c43-9d5c-0d3c3f3a7f11";
    expect(runtimeSessionId(session)).toBe(`antiphon-${session}`);
    expect(runtimeSessionId(session).length).toBeGreaterThanOrEqual(33);
  });

  it.each(["", "s1", "x".repeat(300), "with spaces and / slashes\r\nand lines ..............", "ünïcödé"])(
    "is one that AgentCore takes for %j",
    (session) => {
      expect(runtimeSessionId(session)).toMatch(/^[A-Za-z0-9][\w-]{32,255}$/);
    },
  );

  it("differs for different sessions", () => {
    expect(runtimeSessionId("a")).not.toBe(runtimeSessionId("b"));
  });
});
