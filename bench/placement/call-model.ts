/**
 * What the network adds to the moments of one call, given where its object lives: sums of round trips, no chance in
 * them. Work of machines and of the model is left out: it is the same wherever the object lives.
 */

/** The legs of one call, as round-trip times in ms. */
export interface Legs {
  /** Client and the nearest Cloudflare city. */
  readonly access: number;
  /** That city and the object. */
  readonly edge: number;
  /** The object and the model's region. */
  readonly model: number;
  /** The object and the ledger of stream places, which lives by the model. */
  readonly objectLedger: number;
  /** The client's city and the server that asks for the session; 0 where the server stands in that city. */
  readonly server: number;
  /** The server and the ledger, and the object. */
  readonly serverLedger: number;
  readonly serverObject: number;
  /** From the Worker's start until the object runs: one way, with its making. */
  readonly making: number;
}

/** In ms, without the model's and the tool's own time. */
export interface Moments {
  /** "Call" pressed → the client may talk: the session is made, socket, hello, ready. The stream is dialled meanwhile. */
  readonly ready: number;
  /** The caller's mouth → the model. */
  readonly oneWay: number;
  /** The caller stops → hears the answer: both ways. */
  readonly turn: number;
  /** The model notices that the caller talks → the client falls silent. */
  readonly bargeIn: number;
  /** A stream is needed and none is ready → its first words are at the client: transition, recovery. */
  readonly newStream: number;
  /** The model asks → has the result of a tool whose data is in the model's region. */
  readonly toolByModel: number;
  /** The same, of a tool whose data is in the caller's city. */
  readonly toolByCaller: number;
  /** The client's line is back → it has what it missed. */
  readonly comeBack: number;
  /** A packet is lost between object and model: speech stands still for at least this long. */
  readonly lostPacket: number;
}

/** TCP, TLS 1.3 and the upgrade: a round trip each, before a socket to Bedrock is open. */
const DIAL = 3;
/** TCP and TLS to the nearest city; further round trips go on to the object. */
const ACCESS_SETUP = 2;

/** RFC 6928: a fresh connection may send so much before it has heard from the other side; then twice as much each time. */
const INITIAL_WINDOW_BYTES = 10 * 1_460;

/** Round trips before the last of so many bytes can leave on a fresh connection. */
export const slowStartRounds = (bytes: number): number =>
  Math.max(0, Math.ceil(Math.log2(bytes / INITIAL_WINDOW_BYTES + 1)) - 1);

/** `replayBytes`: what a fresh stream is sent at once: prompt, history, the caller's last seconds. */
export const moments = (legs: Legs, replayBytes: number): Moments => {
  const { access, edge, model, objectLedger, server, serverLedger, serverObject, making } = legs;
  const toObject = access + edge;
  const toServer = access + server;

  const made = toServer / 2 + serverLedger + making;
  // From then on: the answer goes out, the client connects, says hello; meanwhile the stream opens.
  const answered = serverObject / 2 + toServer / 2;
  const hello = answered + ACCESS_SETUP * access + toObject + toObject / 2;
  const streamOpen = objectLedger + DIAL * model;
  const ready = made + Math.max(hello, streamOpen) + toObject / 2;

  return {
    ready,
    oneWay: (toObject + model) / 2,
    turn: toObject + model,
    bargeIn: (toObject + model) / 2,
    newStream: objectLedger + DIAL * model + slowStartRounds(replayBytes) * model + model + toObject / 2,
    toolByModel: model + model,
    toolByCaller: model + edge,
    comeBack: ACCESS_SETUP * access + 2 * toObject,
    lostPacket: model,
  };
};

/** The mean of several outcomes. The weights add up to one. */
export const blend = (
  outcomes: readonly { readonly share: number; readonly moments: Moments }[],
): Moments => {
  const sum = (name: keyof Moments): number =>
    outcomes.reduce((total, { share, moments: each }) => total + share * each[name], 0);
  return {
    ready: sum("ready"),
    oneWay: sum("oneWay"),
    turn: sum("turn"),
    bargeIn: sum("bargeIn"),
    newStream: sum("newStream"),
    toolByModel: sum("toolByModel"),
    toolByCaller: sum("toolByCaller"),
    comeBack: sum("comeBack"),
    lostPacket: sum("lostPacket"),
  };
};
