/**
 * What Nova Sonic allows, and what the emulator allows itself: every number with its source or reason.
 * Times in ms, sizes in bytes.
 */
export const LIMITS = {
  /** InvokeModelWithBidirectionalStream API reference: a connection lasts 8 minutes. */
  connectionMs: 8 * 60_000,
  /** Observed since September 2026: a stream that gets no audio and no typed text for 55 s is ended. */
  noInputMs: 55_000,
  /** Bedrock quotas: concurrent sessions per account, region and model. */
  concurrentStreams: 20,
  /** Nova user guide, chat history: all messages together. */
  historyBytes: 40 * 1024,
  /** Nova user guide, chat history: one textInput. */
  historyMessageBytes: 1024,
  /** Observed: one audioInput with more than about 10 KB is refused with "Invalid event bytes". */
  audioInputBytes: 10 * 1024,
  /** Signature Version 4: a header signature and the :date of an event may be this far from the server's clock. */
  clockSkewMs: 5 * 60_000,
  /** Signature Version 4: a presigned URL is good for a week at most. */
  presignedSeconds: 7 * 24 * 60 * 60,

  /** AgentCore quotas: one WebSocket frame, frames per second and connection, the length of a connection, idleness. */
  agentcoreFrameBytes: 64 * 1024,
  agentcoreFramesPerSecond: 250,
  agentcoreConnectionMs: 60 * 60_000,
  agentcoreIdleMs: 15 * 60_000,
  /** AgentCore: the shortest session id it takes. */
  agentcoreSessionIdChars: 33,
  /** AgentCore's own SDK presigns for no longer, in seconds. */
  agentcorePresignedSeconds: 300,
  /** AgentCore's TypeScript SDK offers no longer token as a subprotocol, in characters as encoded. */
  agentcoreTokenChars: 4_096,

  /** One event-stream message from a client. Ours: the largest sensible one is a tool result or a long system prompt. */
  inboundMessageBytes: 1024 * 1024,
  /** Received but not yet verified; above it the socket is paused. */
  inboundQueueBytes: 4 * 1024 * 1024,
  /** Written to the socket and not yet taken by the peer; a peer that reads nothing is cut here (80 s of 24 kHz audio). */
  outboundQueueBytes: 8 * 1024 * 1024,
  /** Entries kept in one stream's trace; the oldest go first. */
  traceEntries: 20_000,
  /** Characters of event bodies kept in one stream's trace. */
  traceChars: 2 * 1024 * 1024,
  /** Traces kept of streams that have ended. */
  tracesKept: 32,
  /** Orders for faults that wait for a stream. */
  faultOrders: 1_000,
  /** Temporary credentials that are remembered; older ones are unknown. */
  issuedKept: 1_000,
  /** One request to the control endpoint: a long scenario. */
  controlBodyBytes: 1024 * 1024,
  /** One call to a service: AgentCore takes 100 MB, which no test needs; a conversation with documents has room. */
  serviceBodyBytes: 10 * 1024 * 1024,
  /** Traces kept of calls to services that are over, and their characters altogether. */
  callsKept: 500,
  callChars: 32 * 1024 * 1024,
  /** Places that one search names. */
  searchHits: 100,
  /** AgentCore quotas: an idle runtime session ends after 15 minutes. */
  runtimeSessionIdleMs: 15 * 60_000,
  /** Runtime sessions, A2A contexts and A2A tasks remembered; the one used longest ago goes first. */
  agentMemories: 1_000,
  /** Tool uses after which a hosted agent gives up: more is a loop. */
  hostedRounds: 50,
  /** AgentCore quotas, Memory: events per second of one actor's session, and of an account. */
  memoryEventsPerSession: 5,
  memoryEventsPerSecond: 200,
  /** The same: each kind of reading and of deleting one thing, and batches, per second and account. */
  memoryReadsPerSecond: 30,
  memoryBatchesPerSecond: 20,
  /** AgentCore quotas, Memory: one event. */
  memoryEventBytes: 10_000_000,
  /** Ours: events in one session, records in one memory, and client tokens remembered; enough for any test. */
  memorySessionEvents: 10_000,
  memoryRecords: 10_000,
  memoryTokens: 10_000,
  /** The longest that a trace request may wait for news. */
  traceWaitMs: 30_000,
} as const;
