import { describe, expect, it } from "vitest";
import type { TextModel, TextRequest } from "../../src/aws/text-model.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { err, ok } from "../../src/base/result.ts";
import type { ModelEvent, Notice } from "../../src/conversation/events.ts";
import { antiphonV1 } from "../../src/dialect/antiphon-v1/index.ts";
import type { Dialect } from "../../src/dialect/dialect.ts";
import type { SessionMemory } from "../../src/durable/session-memory.ts";
import { type RuntimeParts, SessionRuntime } from "../../src/durable/session-runtime.ts";
import type { SessionStore } from "../../src/durable/session-store.ts";
import type { Left } from "../../src/memory/keep-rules.ts";
import { EVERYTHING } from "../../src/model/capabilities.ts";
import type { ModelStream } from "../../src/model/speech-model.ts";
import { longAgo } from "../conversation/long-ago.ts";
import { SUMMARIES } from "../conversation/long-talk.ts";
import { AGENT, START } from "../conversation/stage.ts";

const INIT = {
  session: "s",
  agent: AGENT.name,
  caller: null,
  tenant: null,
  inputRate: 16000,
  outputRate: 24000,
  ticket: { id: "t", expiresAt: 0 },
  resumeToken: null,
  toolDetails: true,
} as const;

const NO_TOOLS = {
  specs: [],
  missing: [],
  prefetch: async () => {},
  check: () => ({ ok: false, error: "there are no tools" }) as const,
  run: () => Promise.reject(new Error("there are no tools")),
};

const HELLO = JSON.stringify({
  type: "hello",
  protocol: "antiphon.v1",
  audio: { input: { encoding: "pcm16", rate: 16000 }, output: { encoding: "pcm16", rate: 24000 } },
});

/** A session with the world's end in our hands: its socket, its store, its stream. */
function session(
  broken: { readonly store?: boolean; readonly socket?: boolean; readonly words?: string } = {},
  parts: Partial<RuntimeParts> = {},
) {
  const seen = {
    ended: 0,
    closed: [] as number[],
    aborted: 0,
    stored: [] as string[],
    logged: [] as string[],
  };
  const stream: ModelStream = {
    begin: () => {},
    sendAudio: () => {},
    sendText: () => {},
    sendToolResult: () => {},
    finish: () => {},
    abort: () => {
      seen.aborted++;
    },
  };
  let hear: (event: ModelEvent) => void = () => {};
  const fail = (): never => {
    throw new Error("the disk is full");
  };
  const store = {
    keep: () => {},
    end: (reason: string) => (broken.store ? fail() : seen.stored.push(reason)),
  } as unknown as SessionStore;
  const runtime = new SessionRuntime({
    init: INIT,
    agent: AGENT,
    model: () => ({
      capabilities: EVERYTHING,
      open: (_target, sink) => {
        hear = sink;
        return stream;
      },
    }),
    store,
    clock: { now: () => START, after: () => () => {} },
    log: (_level, event) => seen.logged.push(event),
    ended: () => {
      seen.ended++;
    },
    ...parts,
  });
  const socket = {
    send: () => {},
    close: (code: number) => {
      seen.closed.push(code);
      if (broken.socket) throw new TypeError("the socket is gone");
    },
  } as unknown as WebSocket;
  const dialect: Dialect = {
    name: "test",
    connect: (options) => {
      const connection = antiphonV1.connect(options);
      return {
        decode: (frame) => connection.decode(frame),
        encode: (notice: Notice, seq) => {
          if (broken.words === "all" || notice.type === broken.words) throw new Error("unspeakable");
          return connection.encode(notice, seq);
        },
      };
    },
  };
  runtime.start(NO_TOOLS);
  runtime.join(socket, dialect);
  return { runtime, seen, socket, opened: () => hear({ type: "opened", connectMs: 1 }) };
}

describe("a session's end", () => {
  it("is reached though its client's socket cannot be closed", () => {
    const { runtime, seen } = session({ socket: true });
    runtime.end({ type: "deleted" });
    expect(seen).toMatchObject({ ended: 1, stored: ["deleted"], closed: [1000] });
  });

  it("is reached though it cannot be stored", () => {
    const { runtime, seen } = session({ store: true });
    runtime.end({ type: "deleted" });
    expect(seen).toMatchObject({ ended: 1, closed: [1000] });
    expect(seen.logged).toContain("session_not_stored");
  });

  it("comes once, whatever is asked of it afterwards", () => {
    const { runtime, seen, socket, opened } = session();
    runtime.receive(socket, HELLO);
    runtime.end({ type: "deleted" });
    runtime.leave(socket, true);
    runtime.receive(socket, '{"type":"bye"}');
    runtime.crash(new Error("late"));
    opened();
    expect(seen).toMatchObject({ ended: 1, stored: ["deleted"], closed: [1000] });
  });
});

describe("what a session leaves for its caller's memory", () => {
  it("is left once, at its end, and whole", () => {
    const kept: Left[] = [];
    const memory = {
      recall: async () => [],
      keep: (left: Left) => kept.push(left),
    } as unknown as SessionMemory;
    const policy = {
      store: { type: "caller" },
      recall: { kinds: ["fact"], bytes: 2048, about: null },
      keep: { summaries: true, reader: null },
      ...{ requires: {}, tools: true, days: 365 },
    } as const;
    const { runtime } = session({}, { agent: { ...AGENT, memory: policy }, memory });
    expect(kept).toEqual([]);
    runtime.end({ type: "deleted" });
    runtime.end({ type: "deleted" });
    expect(kept).toMatchObject([{ last: true, facts: [], entries: [] }]);
  });
});

describe("a text model that sums up a long talk", () => {
  const summing = (ask: TextModel["ask"]) =>
    session({}, { agent: { ...AGENT, ...SUMMARIES }, snapshot: longAgo(), textModel: { ask } });
  const tokens = { input: 900, output: 90 };

  it("is asked once at a time, and held to its length", async () => {
    const answers: ((text: string) => void)[] = [];
    const asked: TextRequest[] = [];
    const { runtime } = summing((request) => {
      asked.push(request);
      return new Promise((resolve) => answers.push((text) => resolve(ok({ text, tokens }))));
    });
    expect(asked).toMatchObject([
      { maxTokens: LIMITS.summaryTokens, prompt: expect.stringContaining("mark-") },
    ]);
    answers[0]?.("It was about loans.");
    await expect.poll(() => asked.length).toBe(2);
    expect(asked[1]?.prompt).toContain("| It was about loans.");
    expect(runtime.conversation.progress.tokens).toMatchObject({ inputText: 900, outputText: 90 });
  });

  it.each([
    ["fails", async () => err({ cause: "busy", tokens })],
    ["has a bug", () => Promise.reject(new Error("our own fault"))],
  ])("and %s is no reason to end a call", async (_, ask) => {
    const { runtime, seen } = summing(ask);
    await expect.poll(() => seen.logged).toContain("summary_failed");
    expect(runtime.isRunning).toBe(true);
    expect(seen).toMatchObject({ ended: 0, closed: [] });
  });

  it.each(["deleted", "crash"])("is called off when the session ends (%s)", async (how) => {
    let signal: AbortSignal | null = null;
    const { runtime, seen } = summing((_, until) => {
      signal = until;
      return new Promise((resolve) =>
        until.addEventListener("abort", () => resolve(err({ cause: "called off", tokens }))),
      );
    });
    expect(signal).toMatchObject({ aborted: false });
    if (how === "crash") runtime.crash(new Error("a bug"));
    else runtime.end({ type: "deleted" });
    expect(signal).toMatchObject({ aborted: true });
    await Promise.resolve();
    expect(seen.logged).not.toContain("summary_failed");
  });
});

describe("a bug of ours", () => {
  it.each(["ready", "all"])("ends this session, and is not taken for a client that left (%s)", (words) => {
    const { runtime, seen, socket, opened } = session({ words });
    runtime.receive(socket, HELLO);
    opened();
    expect(seen).toMatchObject({ ended: 1, stored: ["error"], closed: [4500], aborted: 1 });
    expect(seen.logged).toContain("session_crashed");
  });
});
