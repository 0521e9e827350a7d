/**
 * What a day of calls takes and costs. Arithmetic on measured figures, assumptions and prices; pure.
 */
import { LIMITS } from "../../src/base/limits.ts";
import { modelCost, sessionCost } from "../../src/base/prices.ts";
import { BUSY_ENOUGH, FULL_ENOUGH, LOAD, PLATFORM, STORAGE_PRICES, TOKENS, USE } from "./assumptions.ts";
import type { Figures } from "./figures.ts";

const MINUTE_MS = 60_000;
const MODEL = "amazon.nova-2-5-sonic";

/** Calls last so long by chance, exponentially: the streams that a call of that mean needs beyond its first. */
export const rotationsPerCall = (minutes: number): number => {
  const survives = Math.exp(-LIMITS.rotateAtTurnEndMs / (minutes * MINUTE_MS));
  return survives / (1 - survives);
};

/** Questions that one call puts to the ledger: two for its first stream, two for each further, and renewals. */
export const ledgerRequestsPerCall = (minutes: number): number =>
  2 + 1 + 2 * rotationsPerCall(minutes) + (minutes * MINUTE_MS) / LIMITS.placeRenewMs;

export interface LedgerLoad {
  readonly places: number;
  readonly requestsPerSecond: number;
  readonly microseconds: number;
  /** Of its one thread. */
  readonly busy: number;
}

/** One ledger with so many places in use. */
export const ledgerLoad = (figures: Figures, inUse: number): LedgerLoad => {
  const seconds = LOAD.minutes * 60;
  const requestsPerSecond = (inUse / seconds) * ledgerRequestsPerCall(LOAD.minutes);
  const microseconds = figures.ledgerMicroseconds.value + figures.ledgerMicrosecondsPerPlace.value * inUse;
  return { places: inUse, requestsPerSecond, microseconds, busy: (requestsPerSecond * microseconds) / 1e6 };
};

/** The most places in use that one ledger can count: by its thread, and by the requests an object takes. */
export const ledgerMost = (figures: Figures): number => {
  let most = 0;
  for (let places = 100; places <= 100_000; places += 100) {
    const load = ledgerLoad(figures, places);
    if (load.busy > BUSY_ENOUGH || load.requestsPerSecond > PLATFORM.objectRequestsPerSecond) break;
    most = places;
  }
  return most;
};

export interface Scale {
  readonly call: {
    readonly messages: number;
    readonly objectRequests: number;
    readonly ledgerRequests: number;
    readonly rows: number;
    readonly gigabyteSeconds: number;
    readonly rotations: number;
  };
  readonly object: {
    readonly threadShare: number;
    readonly messagesPerSecond: number;
    readonly megabitsUp: number;
  };
  /** Sessions by memory, by the thread's time alone, and as many as it hears in time: it has one thread. */
  readonly isolate: { readonly byMemory: number; readonly byTime: number; readonly sessions: number };
  readonly peak: {
    readonly callsPerSecond: number;
    readonly sessions: number;
    readonly places: number;
    /** Were they filled. */
    readonly isolates: number;
    readonly gigabitsUp: number;
  };
  /** US dollars a day. */
  readonly dollars: {
    readonly platform: number;
    readonly otherRequests: number;
    readonly rows: number;
    readonly stored: number;
    readonly model: number;
  };
  readonly storedGigabytes: number;
}

export const calculate = (figures: Figures): Scale => {
  const seconds = LOAD.minutes * 60;
  const rotations = rotationsPerCall(LOAD.minutes);
  const ledgerRequests = ledgerRequestsPerCall(LOAD.minutes);
  const messages =
    seconds * (figures.clientMessagesPerSecond.value + USE.pongsPerSecond) +
    seconds * LOAD.agentTalks * USE.playedPerSecond;
  const alarms = (seconds * 1000) / LIMITS.reapAfterMs + USE.lastAlarms;
  const rows =
    USE.rowsPerCall +
    LOAD.turns * USE.rowsPerTurn +
    LOAD.toolCalls * USE.rowsPerToolCall +
    ledgerRequests * USE.rowsPerLedgerRequest;

  const inBusyHour = LOAD.callsPerDay * LOAD.busyHourShare;
  const sessions = (inBusyHour / 3600) * seconds;
  // Three standard deviations above the mean of a busy hour whose calls come by chance.
  const atMost = sessions + 3 * Math.sqrt(sessions);
  const threadShare = figures.cpuMsPerMinute.value / MINUTE_MS;
  const bitsUp = figures.frameWireBytes.value * 50 * 8;
  const byMemory = Math.floor(
    ((PLATFORM.isolateMegabytes * FULL_ENOUGH - PLATFORM.isolateBaseMegabytes) * 1024) /
      figures.liveHeapKilobytes.value,
  );
  const perIsolate = Math.min(byMemory, figures.callsPerThread.value);

  const platform = sessionCost({
    models: [],
    durationMs: (seconds + USE.extraSeconds) * 1000,
    incomingMessages: messages,
  }).platform;
  const tokens = {
    inputSpeech: seconds * LOAD.callerTalks * TOKENS.perSecondOfSpeech,
    outputSpeech: seconds * LOAD.agentTalks * TOKENS.perSecondOfSpeech,
    inputText: (1 + rotations) * TOKENS.textInPerStream + LOAD.turns * TOKENS.textInPerTurn,
    outputText: LOAD.turns * TOKENS.textOutPerTurn,
  };
  const storedGigabytes =
    (LOAD.callsPerDay *
      (LIMITS.transcriptKeepMs / (24 * 60 * MINUTE_MS)) *
      figures.transcriptKilobytes.value) /
    (1024 * 1024);
  const { dollarsPerGigabyteMonth, dollarsPerObjectRequest, dollarsPerRowWritten, daysPerMonth } =
    STORAGE_PRICES;

  return {
    call: {
      ...{ messages, objectRequests: messages / 20 + 2 + alarms, ledgerRequests, rows, rotations },
      gigabyteSeconds: (seconds + USE.extraSeconds) * 0.128,
    },
    object: {
      threadShare,
      messagesPerSecond: messages / seconds,
      megabitsUp: bitsUp / 1e6,
    },
    isolate: { byMemory, byTime: Math.floor(1 / threadShare), sessions: perIsolate },
    peak: {
      callsPerSecond: inBusyHour / 3600,
      sessions,
      places: Math.ceil(atMost / (1 - LIMITS.placeReserve)),
      isolates: Math.ceil(atMost / perIsolate),
      gigabitsUp: (atMost * bitsUp) / 1e9,
    },
    dollars: {
      platform: LOAD.callsPerDay * platform,
      otherRequests: LOAD.callsPerDay * (ledgerRequests + alarms) * dollarsPerObjectRequest,
      rows: LOAD.callsPerDay * rows * dollarsPerRowWritten,
      stored: (storedGigabytes * dollarsPerGigabyteMonth) / daysPerMonth,
      model: LOAD.callsPerDay * modelCost({ model: MODEL, tokens }),
    },
    storedGigabytes,
  };
};
