import { describe, expect, it } from "vitest";
import type { ModelEvent, Notice } from "../../src/conversation/events.ts";
import { antiphonV1 } from "../../src/dialect/antiphon-v1/index.ts";
import type { Dialect } from "../../src/dialect/dialect.ts";
import { SessionRuntime } from "../../src/durable/session-runtime.ts";
import type { SessionStore } from "../../src/durable/session-store.ts";
import { EVERYTHING } from "../../src/model/capabilities.ts";
import type { ModelStream } from "../../src/model/speech-model.ts";
import { AGENT, START } from "../conversation/stage.ts";

const INIT = {
  session: "s",
  agent: AGENT.name,
  caller: null,
  tenant: null,
  inputRate: 16000,
  outputRate: 24000,
  ticket: { id: "t", expiresAt: 0 },
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
  return { runtime, seen, opened: () => hear({ type: "opened", connectMs: 1 }) };
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
    const { runtime, seen, opened } = session();
    runtime.receive(HELLO);
    runtime.end({ type: "deleted" });
    runtime.leave();
    runtime.receive('{"type":"bye"}');
    runtime.crash(new Error("late"));
    opened();
    expect(seen).toMatchObject({ ended: 1, stored: ["deleted"], closed: [1000] });
  });
});

describe("a bug of ours", () => {
  it.each(["ready", "all"])("ends this session, and is not taken for a client that left (%s)", (words) => {
    const { runtime, seen, opened } = session({ words });
    runtime.receive(HELLO);
    opened();
    expect(seen).toMatchObject({ ended: 1, stored: ["error"], closed: [4500], aborted: 1 });
    expect(seen.logged).toContain("session_crashed");
  });
});
