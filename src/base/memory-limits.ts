/**
 * The limits of what is remembered of callers, a part of `LIMITS`. Times in ms, sizes in bytes, unless the name says
 * otherwise.
 */
export const MEMORY_LIMITS = {
  /** What is remembered is told within this long after a session was made, or not at all at its start: it never delays hello. */
  recallMs: 300,
  /** What comes later is told to the next stream, if it comes within this long. */
  recallLateMs: 5_000,
  /** All of it, as words in a prompt: some 500 tokens, read anew in every stream. */
  recallBytes: 2 * 1024,
  recallBytesMost: 8 * 1024,
  /** Entries told at a start, and found by one question: more would not be spoken of. */
  recallEntries: 24,
  /** A model that looks something up waits this long: shorter than a caller's patience. */
  recallToolMs: 2_000,
  /** What is remembered of a caller is kept for a year unless the agent says otherwise, and for ten at most. */
  memoryDays: 365,
  memoryDaysMost: 3_650,
  /** What a session leaves is sent within this long, and again by its alarm while it was not taken. */
  memoryKeepMs: 5_000,
  memoryKeepAgainMs: 60_000,
  /** Then it is given up, and said so in the log. */
  memoryKeepAttempts: 20,
  /** What a text model reads of a call to find out what to remember: the last of it, some 4 000 tokens. */
  memoryExtractBytes: 16 * 1024,
  /** Notes it may make of one call, and tokens of its answer. */
  memoryExtracted: 12,
  memoryExtractTokens: 1_024,
  /** One thing to be remembered, in characters: two sentences. */
  memoryTextChars: 400,
  /** What such a thing is about, in characters: a fact's name with its prefix, or what a text model calls it. */
  memoryKeyChars: 128,
  /** The part of that which a model or a caller names. */
  memoryAboutChars: 100,
  /** Things remembered of one caller, and the UTF-8 of their texts: a page or ten; each recall reads them all. */
  memoryEntries: 200,
  memoryBytes: 48 * 1024,
  /** Summaries of sessions among them: what was said before the last twenty is in what was learned from it, or nowhere. */
  memorySummaries: 20,
  /** What is this much older counts half as much, when some must go and when some are chosen. */
  memoryHalfLifeMs: 90 * 24 * 60 * 60_000,
  /** What is looked for, in characters and words: a question as it is spoken. */
  memoryQueryChars: 2_000,
  memoryQueryWords: 32,
  /** Sessions of one caller that are known until their transcripts are gone, some 25 hours: more are no person's. */
  memorySessions: 5_000,
  /** Batches known to be kept, so that none is kept twice: a session leaves one for each segment it has been in. */
  memoryBatches: 500,
  /** Things forgotten that must not come back from a session which heard them before. */
  memoryForgotten: 200,
  /** How often a caller's object looks for what has run out, at most; what has run out is told to nobody meanwhile. */
  memorySweepMs: 60 * 60_000,

  /** AgentCore Memory's share of the time in which something is recalled: the rest is for telling what there is. */
  agentCoreRecallShare: 0.8,
  /** Its share of the room, where the gateway's own entries would fill all of it. */
  agentCoreRoomShare: 1 / 3,
  /** One call of its data plane; whoever asks is often less patient. */
  agentCoreCallMs: 5_000,
  /** Times a throttled call is made, and the first pause between two; it doubles. */
  agentCoreAttempts: 4,
  agentCoreBackoffMs: 250,
  /** Between two events of one session: AgentCore takes five a second (AgentCore quotas). */
  agentCoreEventGapMs: 250,
  /** Calls at once while a caller is erased, and between the beginnings of two: it takes 30 a second. */
  agentCoreLanes: 4,
  agentCorePaceMs: 50,
  /** Messages in one event (AgentCore quotas), and characters of one: a hundred fit its 10 MB in any script. */
  agentCoreMessages: 100,
  agentCoreMessageChars: 20_000,
  /** Events, sessions and record ids on one page or in one batch: as many as it gives and takes. */
  agentCorePage: 100,
  /** Records on one page: each may have 16 000 characters, and all of them must fit the answer. */
  agentCoreRecordsPage: 50,
  agentCoreAnswerBytes: 4 * 1024 * 1024,
  /** Records come of an event some 20 s after it, observed up to 90 s: after this long none is to be expected. */
  agentCoreSettleMs: 5 * 60_000,

  /** A store beside the gateway's own is waited for so long when a caller's memory is read: who asks looks at a page. */
  callerReadMs: 5_000,
  /** And so long when it is erased: its calls are paced, and whoever asks can ask again. */
  callerEraseMs: 25_000,
  /** When to ask again for what could not be erased. */
  callerEraseAgainMs: 60_000,
  /** Sessions' objects that are asked at once while a caller is erased. */
  callerEraseLanes: 8,
  /** Times that sessions made meanwhile are looked for: a person begins one, not five. */
  callerEraseRounds: 5,
} as const;
