/**
 * Starts what is to be measured: each in processes of its own, on a free port of this machine.
 */
import { join } from "node:path";
import { DEFAULT_CREDENTIALS } from "../../emulator/auth/credentials.ts";
import { freePorts } from "../../scripts/lib/free-ports.ts";
import { ROOT } from "../../scripts/lib/root.ts";
import { USUAL } from "../calls/plan.ts";
import { startPinned } from "./pinned.ts";
import { pidsOf, type RunningSubject, type SubjectName, type SubjectOptions } from "./subject.ts";
import { untilListening } from "./until-listening.ts";
import { startWorkerd } from "./workerd.ts";

const KEY = "a-key-for-the-bench";

export function startSubject(name: SubjectName, options: SubjectOptions): Promise<RunningSubject> {
  switch (name) {
    case "gateway":
      return gateway(options);
    case "relay":
      return relay(options);
    case "floor":
      return floor(options);
    case "sdk":
      return Promise.resolve({
        name,
        reach: { type: "sdk", endpoint: options.engine.http2 },
        pids: [],
        inspector: null,
        code: null,
        lastWords: () => [],
        stop: () => Promise.resolve(),
      });
  }
}

const gateway = (options: SubjectOptions): Promise<RunningSubject> =>
  startWorkerd(
    {
      name: "gateway",
      entry: "bench/gateway/worker.ts",
      objects: { SESSIONS: "VoiceSession", CAPACITY: "CapacityLedger" },
      settings: {
        AWS_ACCESS_KEY_ID: DEFAULT_CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: DEFAULT_CREDENTIALS.secretAccessKey,
        AWS_REGION: "us-east-1",
        BEDROCK_ENDPOINT: options.engine.http,
        AGENTCORE_ENDPOINT: options.engine.http,
        API_KEYS: KEY,
        TICKET_SECRET: "a-ticket-secret-for-the-bench-only",
        STREAM_PLACES: "*=1000",
        ENVIRONMENT: "production",
      },
      reachAt: (port) => ({ type: "session", api: `http://127.0.0.1:${port}`, key: KEY }),
    },
    options,
  );

const floor = (options: SubjectOptions): Promise<RunningSubject> =>
  startWorkerd(
    {
      name: "floor",
      entry: "bench/floor/worker.ts",
      objects: { CALLS: "Call" },
      settings: { ENGINE: `${options.engine.http}/raw` },
      reachAt: (port) => ({ type: "socket", url: `ws://127.0.0.1:${port}/` }),
    },
    options,
  );

async function relay({ engine, processors, inspect, collected }: SubjectOptions): Promise<RunningSubject> {
  const [port = 0, inspectorPort = 0] = await freePorts(2);
  const group = startPinned({
    name: "relay",
    processors,
    onLine: collected,
    command: process.execPath,
    args: [
      ...(collected ? ["--trace-gc"] : []),
      ...(inspect ? [`--inspect=127.0.0.1:${inspectorPort}`] : []),
      ...[join(ROOT, "bench", "baseline", "relay.ts"), String(port), engine.http2, String(USUAL.toolMs)],
    ],
    env: { ...process.env, NODE_ENV: "production" },
  });
  await untilListening(group, port);
  return {
    name: "relay",
    reach: { type: "socket", url: `ws://127.0.0.1:${port}/` },
    pids: pidsOf(group),
    inspector: inspect ? `http://127.0.0.1:${inspectorPort}` : null,
    code: null,
    lastWords: () => group.tail(),
    stop: () => group.stop(),
  };
}
