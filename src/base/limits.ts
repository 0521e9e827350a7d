/**
 * Every size, count and wait in one place, each with its reason. Times in ms, sizes in bytes, unless the name says
 * otherwise.
 */
import { MEMORY_LIMITS } from "./memory-limits.ts";

export const LIMITS = {
  ...MEMORY_LIMITS,

  /** Bedrock ends a bidirectional stream after 8 minutes (API reference, InvokeModelWithBidirectionalStream). */
  streamMaxMs: 8 * 60_000,
  /** From this age the session moves to a fresh stream at the next turn end: AWS's own recipe starts at 6 minutes. */
  rotateAtTurnEndMs: 6 * 60_000,
  /** From this age any silence will do: 30 s before the last chance. */
  rotateAtSilenceMs: 7 * 60_000,
  /** From this age it moves at once: 20 s are enough to open a stream and let the old one finish a sentence. */
  rotateAtOnceMs: 7 * 60_000 + 40_000,
  /**
   * Nova ends a stream that hears nothing for 55 s, and counts a caller's pause by the audio it gets; a gap this long in
   * that audio is filled with silence, all of it at once. Half of the shortest pause that ends a turn (1.5 s), so that no turn
   * ends later for it; and longer than most stalls of a mobile network, whose audio comes late and would make a gap twice.
   */
  keepAliveAfterMs: 750,
  /** The same for a client that has just said hello: one without a microphone sends nothing, and is to be greeted. */
  keepAliveAtFirstMs: 250,
  /** How often the filler looks. Short enough that endpointing on the model's side is not stretched. */
  keepAliveEveryMs: 100,
  /**
   * At most this much silence is made up at once, so that a stalled clock cannot cause a flood: what is owed after a
   * client's frame of a second, the gap that it may leave, and a late look.
   */
  keepAliveBurstMs: 2_000,
  /** A stream that is left while it speaks may end its answer for this long: until the 8 minutes cut it anyway. */
  drainMs: 20_000,
  /** Caller audio kept while no stream can take it: a slow connect is 3 s, a reconnect with back-off 10 s. */
  callerBufferMs: 10_000,
  /** A stream kept ready for a transition that is likely is given up after this long; Nova would end it at 55 s. */
  standbyMs: 30_000,
  /** What one segment tells another in short: lines, and characters of each. Some 300 tokens of a prompt. */
  summaryLines: 12,
  summaryLineChars: 120,
  /** A voice that is to say a word before it goes must begin within this long, or the talk moves on without it. */
  farewellMs: 4_000,
  /** Tries to reach another segment before the caller is told that it cannot be reached. */
  transitionAttempts: 3,
  /** The same where a fact leads there, the later ones at turns' ends: with the back-off that is eight minutes and more. */
  factAttempts: 12,
  /** Caller audio kept for replay to a fresh stream (AWS's recipe: 3 s). */
  replayRingMs: 3_000,
  /** How often an ageing stream looks for a silence to hand over in. */
  rotateLookMs: 250,
  /** A client that lost its socket may come back within this long: a tunnel, a lift, a reload of the page. */
  resumeMs: 60_000,
  /** What was told to a client is kept for it to come back to: some 40 s of 24 kHz audio, or that many notices. */
  outboxBytes: 2 * 1024 * 1024,
  outboxNotices: 2_000,
  /** Of sound that the client has told it played, so much is kept: a page stores where it is a little after it is there. */
  heardKeepMs: 3_000,
  /** How often a client is asked whether it still gets what it is sent. */
  pingEveryMs: 5_000,
  /** It is asked after this much audio as well: a quarter of what makes it slow. */
  pingEveryBytes: 256 * 1024,
  /** A client that answers nothing for this long is gone, whatever its socket says. */
  pongWithinMs: 15_000,
  /** Unanswered bytes from which on a client is slow and gets no more audio: some 20 s of it. */
  backlogBytes: 1024 * 1024,
  /** A session made ahead of its client is given up after this long: a ticket not used by then is abandoned. */
  prewarmMs: 45_000,
  /** A ticket opens a session for this long: a page load on a bad mobile network, and prewarm's own end. */
  ticketMs: 45_000,
  /** A connected client must say hello within this long. */
  helloMs: 10_000,
  /** The model must accept the upgrade within this long; the AWS SDK allows 3 s, the edge may be a continent away. */
  streamOpenMs: 5_000,
  /** A role's credentials are asked for this long: as long as AWS gives them where one role takes another. */
  roleMs: 60 * 60_000,
  /** They are renewed this long before they expire: longer than a stream lives, so that none outlives its own. */
  credentialsEarlyMs: 10 * 60_000,
  /** With less than this left they are not used any more: a signature has to arrive while they are good. */
  credentialsLeastMs: 15_000,
  /** After a renewal that came to nothing the next is tried so much later, while the present ones are good. */
  credentialsRetryMs: 10_000,
  /** STS answers within a second; a stream waits for it only when there are no credentials at all. */
  stsMs: 5_000,
  /** A region that has not opened by now is joined by the next: four times a usual connect, before a caller wonders. */
  hedgeMs: 1_000,
  /** A region that did not answer, or whose service was ill, is left alone for this long, and up to half of it more. */
  regionRestUnreachableMs: 30_000,
  /** The same where it had no room: places come free as calls end. */
  regionRestBusyMs: 10_000,
  /** The same where it refused us: somebody has to mend that. */
  regionRestRefusedMs: 60_000,
  /** A stream that was asked to finish is cut after this long. Half of the second that a hang-up may take. */
  streamFinishMs: 500,
  /** Attempts to open or reopen a stream in a row before the session gives up. */
  streamAttempts: 6,
  /** A stream that has lasted this long works, and what breaks it is a new mishap: a broken door fails within a second. */
  streamWorksMs: 3_000,
  /** A model that owes an answer and gives no sign of one for this long is dead: Nova takes 1 s, a loaded one 4 s. */
  answerWatchMs: 8_000,
  /** The same for a hosted agent, which runs its own tools unseen: as long as a tool of ours may take by default, thrice. */
  runtimeAnswerWatchMs: 30_000,
  /** The caller clearly speaks when this much of so long was speech: "Hello? Are you there?", but no cough, no door. */
  clearSpeechMs: 1_200,
  clearSpeechWithinMs: 4_000,
  /** A model that tells of speech does so within a second; one that has not by now, after clear speech, is deaf. */
  hearWatchMs: 3_000,
  /** The same, from the speech's end on, for one that may only tell what was said: endpointing, and time to understand. */
  hearWatchTextMs: 12_000,
  /** Noise can sound like speech: what it costs is one stream in this long. */
  hearAgainMs: 60_000,
  /** A pause that ends the caller's turn for any model: twice the longest endpointing pause. */
  certainPauseMs: 4_000,
  /** Streams that one question may cost: what the model or its filters choke on will choke the next stream as well. */
  answerAttempts: 3,
  /** First pause between attempts; doubles each time. */
  streamBackoffMs: 250,
  /** Streams that a session may lose for each hour begun: it has ten hand-overs, and what breaks every other minute is no call. */
  sessionLosses: 40,
  /** Nobody heard the caller for this long: the agent says sorry before it goes on. Who waits longer asks "hello?". */
  apologyAfterMs: 4_000,
  /**
   * How often a session's alarm looks whether anything runs there. One whose object was lost, and to whom nobody comes
   * back, is over this much after `resumeMs`: long before its places would run out. An hour costs 120 alarms, $0.0001.
   */
  reapAfterMs: 30_000,
  /** So long after its end a session looks whether its places were given back: after two tries of `placeGiveAgainMs`. */
  endLookMs: 5_000,
  /** A session ends after this long, unless its agent says otherwise: an open microphone must not cost for ever. */
  sessionMs: 60 * 60_000,
  /** The most that an agent may ask for: lessons and support calls of two hours are held in tests, and as much again. */
  sessionMaxMs: 4 * 60 * 60_000,
  /** How long before a session's longest time its caller is told: time for one more question and its answer. */
  endWarningMs: 30_000,
  /** The share of a session's tokens or money at which the caller is told. */
  endWarningShare: 0.9,
  /** A session that has used up what it may waits this long for a moment to say goodbye in. */
  goodbyeWaitMs: 15_000,
  /** And this long for the goodbye itself: one short sentence, and the model's pause before it. */
  goodbyeMs: 8_000,
  /** A fresh stream on an operator's word waits this long for silence, then comes at once. */
  rotateWishMs: 20_000,
  /** Before its credentials expire a stream is left in any silence from the first age on, at once from the second. */
  credentialsLeadMs: 120_000,
  credentialsAtOnceMs: 30_000,
  /** A finished session's transcript can be read for this long. */
  transcriptKeepMs: 24 * 60 * 60_000,

  /** One text message from a client: the largest is a tool result. */
  clientTextBytes: 64 * 1024,
  /** One binary message from a client: 1 s of 24 kHz PCM16 is 48 000 bytes; more at once is not live audio. */
  clientAudioBytes: 64 * 1024,
  /**
   * Client messages per second, averaged over `clientRateWindowMs`: 10 ms frames are 100, with room for control, and for
   * all that a stalled network brings at once: up to `pongWithinMs` and a ping's pause, after which the socket is given up.
   */
  clientMessagesPerSecond: 200,
  clientRateWindowMs: 10_000,
  /** Audio may run ahead of real time by this much (a client catching up after a stall). */
  clientAudioAheadMs: 10_000,
  /** Messages a client may get wrong before its session is closed: a broken client is told why, not fed for ever. */
  clientMistakes: 100,
  /** Text typed by the caller, in characters: Nova takes 1 KB per text message. */
  callerTextChars: 1_000,
  /** DTMF digits in one message. */
  dtmfDigits: 32,
  /** Levels of arrays and objects in JSON from outside: writing deeper values out again overflows the stack. */
  jsonDepth: 64,
  /** Who a caller or tenant is, in characters: an e-mail address has 254 at most (RFC 5321). Travels in the ticket. */
  identityChars: 256,
  /** A name the client gives: its software, a tool call it answers. In characters. */
  clientNameChars: 128,
  /** A ticket, in characters: identities of 256 characters in UTF-8 and base64 stay below it; a header line takes it. */
  ticketChars: 4_096,
  /** A segment's name, in characters: the longest name a tool may have, whatever stands before it there. */
  segmentNameChars: 64,
  /** Streams a model bears at once for one account in one region, where settings say nothing else (Bedrock quotas). */
  streamPlaces: 20,
  /** The most a setting may claim: above it, one ledger for a model and region would be asked too often. */
  streamPlacesMost: 10_000,
  /** Share of the places kept for sessions that talk already: a hand-over needs a second place for some seconds. */
  placeReserve: 0.1,
  /** From this share of what new sessions may take, nothing is dialled ahead of need and tenants have shares. */
  placeNearlyFull: 0.8,
  /** The share of all places that one tenant may hold then. */
  placeTenantShare: 0.5,
  /** Who counts the places must answer within this long; after that a stream is dialled without one. */
  placeAskMs: 500,
  /** Once it did not answer in time, a session's streams do not wait for it for this long. */
  placeAbsentMs: 30_000,
  /** How long a session or a stream waits for a place to fall free: a caller hears nothing meanwhile. */
  placeWaitMs: 2_000,
  /** How often one that waits asks, and after how long without asking it has gone: three rounds and some delay. */
  placeLookMs: 200,
  placeLapseMs: 1_000,
  /** So many may wait for one model and region: more would not be served within the wait. */
  placeQueue: 20,
  /** A place taken for a session that is being made: its tools may take 3 s to be found before it dials. */
  placeClaimMs: 15_000,
  /** A place is renewed this often, and reclaimed after this long without: two renewals may be lost, not a third. */
  placeRenewMs: 60_000,
  placeLeaseMs: 200_000,
  /** A place that could not be given back is tried once more after this long. */
  placeGiveAgainMs: 2_000,
  /** How often the ledger looks for places to reclaim while nobody asks for one. */
  placeSweepMs: 60_000,
  /** AWS bore fewer streams than the setting says: for so long no more are opened, then more are tried step by step. */
  placeDoubtMs: 30_000,
  /** When to ask again for a place in a full house; longer by as much as others wait for one already. */
  placeRetryMs: 5_000,
  /** When to ask again, for whoever was told that a session's object is overloaded or was just moved. */
  overloadedRetryMs: 2_000,
  /** Strangers who are refused get a line in the log this often for each reason, however many they are. */
  refusalLogMs: 60_000,
  /** One HTTP request body. */
  httpBodyBytes: 64 * 1024,

  /** A tool that has not answered by now is told so to the model; silence longer than this loses callers. */
  toolMs: 10_000,
  /** Finding out what tools a binding offers, at session start. */
  toolDescribeMs: 3_000,
  /** The longest that a tool may ask for itself: whoever waits a minute has hung up. */
  toolLongestMs: 60_000,
  /** What a binding said of its tools is believed for this long: sessions start at once, a new deploy is seen soon. */
  toolDescribeCacheMs: 30_000,
  /** MCP servers whose lists an isolate keeps: agents are few, their servers too. */
  toolServersKnown: 64,
  /** All that one binding says of its tools, as JSON. The model reads it whole in every stream. */
  toolDescribeBytes: 64 * 1024,
  /** Tools offered to the model at once: it picks worse and slower the more there are. */
  toolsOffered: 64,
  /** Words for a tool's failure, in characters: two sentences, as spoken. */
  toolSayChars: 300,
  /** Silence while a tool works, before the agent says that it is still there: longer, and callers ask "hello?". */
  fillerAfterMs: 2_500,
  /** Sentences that bridge one wait: after that, more of them annoy. */
  fillersPerWait: 3,
  /** One phrase: it is to be short. */
  fillerChars: 120,
  /** A tool's result as JSON: more would not be speakable, and the model reads every byte. */
  toolResultBytes: 16 * 1024,
  /** A tool's arguments as the model wrote them. */
  toolArgumentBytes: 16 * 1024,
  /** One fact's text, in characters: a signed token of the usual kind is under 4 KB. */
  factChars: 4_096,
  /** All that a tool tells the session at once, in characters: a few tokens of the usual kind. */
  toolWordChars: 16 * 1024,
  /** Facts one session may hold: all of them go with every call. */
  factsKept: 64,
  /**
   * Tools in one segment that a voice model still picks well from, ways to other segments counted. AWS's guide for voice
   * agents splits 15 tools so that each phase has 3 or 4: as many again for the ways leave a builder room.
   */
  toolsPickedWell: 8,
  /**
   * A segment's prompt that is worth its wait: some 2 000 tokens, read anew in every stream and billed each time. AWS
   * names no maximum; what needs more is two segments.
   */
  promptBytes: 8 * 1024,
  /** Turns that one segment may hand on: an hour's talk has some hundred, and history has room for twenty long ones. */
  carriedTurns: 50,
  /** Tool calls running at once in a session. */
  toolsRunning: 16,
  /** A call that must not happen twice is the same call for this long: a model repeats itself within a turn or two. */
  sameCallMs: 30_000,
  /** Answers a session keeps of its tools: 64 of 16 KiB are a megabyte. */
  toolAnswersKept: 64,
  /** All tools an MCP server lists, over all pages, as it sends them: schemas are wordy, and most tools are left out. */
  mcpListBytes: 1024 * 1024,
  /** Pages of a tool list: a server whose cursor never ends is not asked for ever. */
  mcpListPages: 32,
  /** An MCP server's answer to a call, with its envelope: text and structured content say the same thing twice. */
  mcpAnswerBytes: 128 * 1024,

  /** A sub-agent's answer in characters: half a minute of speech. */
  subAgentSayChars: 500,
  /** Words of progress, in characters: one short sentence. */
  subAgentProgressChars: 120,
  /** Times a sub-agent's model is asked for one question: three chains of tools and an answer, with one to spare. */
  subAgentRounds: 6,
  /** A sub-agent that has not answered by now is told so: it reasons and calls tools, and somebody waits on the line. */
  subAgentMs: 20_000,
  /** Tokens one question may cost, in and out, over all rounds. */
  subAgentTokens: 40_000,
  /** Tokens of one of its answers: what is spoken is short, what it writes to its tools is not. */
  subAgentAnswerTokens: 1_024,
  /** What a sub-agent remembers of a session, as JSON: some 10 000 tokens, read again in every round. */
  subAgentHistoryBytes: 40 * 1024,
  /** A sub-agent's answer on the wire, with its envelope. */
  subAgentAnswerBytes: 256 * 1024,
  /** A sub-agent's stream of events: tokens one by one, each in an envelope of its own. */
  subAgentStreamBytes: 4 * 1024 * 1024,
  /** First pause before a sub-agent that was busy or throttled is asked again; doubles each time. */
  subAgentBackoffMs: 250,
  /** Times a busy or throttled sub-agent is asked. */
  subAgentAttempts: 4,

  /** History sent to a fresh stream: Nova takes 40 KB in all and 1 KB per message (Nova user guide, chat history). */
  historyBytes: 40 * 1024,
  /** Once a talk outgrows that, this much of it goes to the summary of what fell out: lines, of which so many oldest. */
  compactedBytes: 6 * 1024,
  compactedLines: 36,
  compactedOldestLines: 12,
  /** Of the agent's words in it, the last sentences only: what it said is known from what was asked and done. */
  compactedAgentLines: 4,
  /** A small text model writes half a page within some seconds. Nobody waits for it, but it is not asked twice at once. */
  textModelMs: 20_000,
  /** What a text model's summary may have of `compactedBytes`: the rest tells by rule what came after it. */
  summaryBytes: 4 * 1024,
  /** The same in words, as it is asked for, and in tokens, as it is held to: English has 6 bytes to a word. */
  summaryWords: 450,
  summaryTokens: 1_024,
  /** A summary is made anew when so much more has fallen out of the history: some four minutes of talk. */
  summaryGrowthBytes: 4 * 1024,
  /** So much of it is read at once: after a restart there may be more, and small models skip what is long. */
  summaryReadBytes: 16 * 1024,
  /** After a failure the text model is left alone for this long, twice as long each time, and for good after so many. */
  summaryRetryMs: 30_000,
  summaryAttempts: 4,
  /** Segments may see different parts of a talk: so many of its summaries are kept, the newest. All are stored each turn. */
  summariesKept: 3,
  historyMessageBytes: 1024,
  /** Texts kept for a hosted agent whose frames of this second are used up: what an impatient caller types in it. */
  streamQueuedTexts: 16,
  /** One upstream event's audio: frameworks were refused above about 10 KB ("Invalid event bytes"). */
  upstreamAudioBytes: 8 * 1024,
  /** One event-stream message from upstream; a larger length prefix is damage, not data (16 MiB is AWS's own bound). */
  upstreamMessageBytes: 16 * 1024 * 1024,

  /** AgentCore Runtime ends a WebSocket after 60 minutes (AgentCore quotas, streaming duration). */
  runtimeStreamMaxMs: 60 * 60_000,
  /** Ages at which a session moves to a fresh stream there: its runtime forgets nothing, so late and for safety only. */
  runtimeRotateAtTurnEndMs: 50 * 60_000,
  runtimeRotateAtSilenceMs: 55 * 60_000,
  runtimeRotateAtOnceMs: 58 * 60_000,
  /** One WebSocket frame to AgentCore: it takes 64 KB, and one page of its guide still says 32. */
  runtimeFrameBytes: 32 * 1024,
  /** One audio event to AgentCore: AWS's own sample splits above 10 000 bytes. */
  runtimeAudioEventBytes: 10_000,
  /** Frames to AgentCore: a burst and a steady rate per second that together stay within its 250 in any second. */
  runtimeFrameBurst: 50,
  runtimeFramesPerSecond: 200,
  /** How often frames that had to wait are looked at. */
  runtimePaceMs: 50,
  /** What was said so far, told to a hosted agent in its prompt: what fits in its first frame beside the prompt. */
  runtimeHistoryBytes: 8 * 1024,
  /** One message from a hosted agent: a second of its audio at 48 kHz is 128 KB in base64. */
  runtimeMessageBytes: 1024 * 1024,
  /** A hosted agent need not say when an answer ends; after this long without a word or sound it is taken to have. */
  runtimeQuietMs: 1_000,

  /** RFC 6455: a close frame carries 125 bytes, two of which are the code. */
  closeReasonBytes: 123,
} as const;
