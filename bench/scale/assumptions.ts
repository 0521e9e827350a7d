/**
 * What a day of calls is taken to look like, and what the platforms allow and charge: each with its source.
 */

/** Nobody measured these: put in your own. */
export const LOAD = {
  callsPerDay: 1_000_000,
  minutes: 4,
  /** Share of the day's calls that begin in its busiest hour. */
  busyHourShare: 0.1,
  turns: 10,
  toolCalls: 3,
  /** Share of a call in which the caller talks, and the agent. */
  callerTalks: 0.4,
  agentTalks: 0.4,
} as const;

/** AWS publishes no number of tokens per second; 25 is seen in use. */
export const TOKENS = {
  perSecondOfSpeech: 25,
  /** Prompt, tools and history at each stream's beginning, and what is written in a turn. */
  textInPerStream: 2_000,
  textInPerTurn: 50,
  textOutPerTurn: 40,
} as const;

/**
 * Cloudflare, Workers Paid, beyond what is included: Workers and Durable Objects pricing, August and October 2026. Requests
 * and duration are in src/base/prices.ts.
 */
export const STORAGE_PRICES = {
  dollarsPerRowWritten: 1 / 1_000_000,
  dollarsPerRowRead: 0.001 / 1_000_000,
  dollarsPerGigabyteMonth: 0.2,
  /** Requests to objects beyond those of src/base/prices.ts: RPC and alarms. */
  dollarsPerObjectRequest: 0.15 / 1_000_000,
  daysPerMonth: 30,
} as const;

/** Documented limits of Cloudflare's, as of autumn 2026. */
export const PLATFORM = {
  /** Workers limits: one isolate, shared by the objects of a class on one machine. */
  isolateMegabytes: 128,
  /** workerd and our code before the first session. Not measured. */
  isolateBaseMegabytes: 24,
  /** Durable Objects FAQ: soft limit of requests a second to one object; simple ones. */
  objectRequestsPerSecond: 1_000,
  /** Durable Objects limits: SQLite storage of one object. */
  objectGigabytes: 10,
} as const;

/** Counted in the code: what a call makes the gateway write and ask. */
export const USE = {
  /** Made, ticket spent, ended, alarms; the tables themselves. */
  rowsPerCall: 14,
  /** Two entries and the session's own row. */
  rowsPerTurn: 3,
  /** Begun, ended, cleared; the table has an index. */
  rowsPerToolCall: 5,
  /** A row of the ledger and its index, for each place taken, renewed or given back. */
  rowsPerLedgerRequest: 2,
  /** The object's alarm: every LIMITS.reapAfterMs, and once a day later, which empties it. */
  lastAlarms: 2,
  /** The client's reports of what it has played. */
  playedPerSecond: 4,
  /** The client's answers to pings: every LIMITS.pingEveryMs, and for every LIMITS.pingEveryBytes. */
  pongsPerSecond: 0.4,
  /** For how long the object lives beyond the call: prewarmed before, closed in order after. */
  extraSeconds: 5,
} as const;

/** Share of its thread that an object may be busy before those who ask it begin to wait noticeably. */
export const BUSY_ENOUGH = 0.5;
/** Share of an isolate's memory that may be full before a burst is a danger. */
export const FULL_ENOUGH = 0.75;
