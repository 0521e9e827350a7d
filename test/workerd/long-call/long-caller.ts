/**
 * A caller of whom every frame is numbered, in a call whose time passes as the caller says. It waits for nothing but what
 * happens: while somebody is at work (a stream is dialled, an answer made) no time passes in the gateway.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { markedFrame } from "../../../bench/hand-over/marks.ts";
import { Call, type EmulatedStream, emulator, type Message, makeSession, streams } from "../call.ts";
import { Hearing } from "./hearing.ts";
import { CALLER, house } from "./house.ts";

/** Frames in one step of both clocks: 10 s, less than the time in which a client must show that it is there. */
const TOGETHER = 40;
/** The emulator's clock while it answers, in ms at a time. */
const ANSWER_MS = 250;
/** No answer takes longer, whatever the machine does: a stream that hears nothing for 55 s is ended. */
const ANSWERED_MS = 40_000;
/** The caller talks on while a stream is dialled: half a second, as long as that takes. */
const FRAMES_WHILE_DIALLING = 2;
/** What a page that is reloaded does to its socket (RFC 6455 section 7.4.1: going away). */
const GOING_AWAY = 1001;
const FORMAT = { encoding: "pcm16", rate: CALLER.rate };

export class LongCaller {
  #call: Call;
  /** All that was told over sockets that are gone. */
  readonly #before: Message[] = [];
  readonly #hearing: Hearing;
  /** Frames said so far, heard or not. */
  frames = 0;
  /** Said while the client was away. */
  #unsent: Uint8Array[] = [];
  /** So much further is the emulator's clock than the gateway's. */
  #aheadMs = 0;
  readonly beganAt = house.clock.now();

  private constructor(call: Call, known: readonly string[]) {
    this.#call = call;
    this.#hearing = new Hearing(known);
  }

  static async ready(agent: string): Promise<LongCaller> {
    const known = (await streams()).map(({ id }) => id);
    const audio = { input: FORMAT, output: FORMAT };
    const call = await Call.join(await makeSession({ agent, audio, toolDetails: true }));
    call.hello(FORMAT, FORMAT);
    await call.until("ready");
    return new LongCaller(call, known);
  }

  get session(): string {
    return this.#call.made.session;
  }

  /** How many messages there were, over all sockets. */
  get told(): number {
    return this.#before.length + this.#call.messages.length;
  }

  /** Those from place `from` on. */
  since(from: number): readonly Message[] {
    const { messages } = this.#call;
    const before = this.#before.length;
    return from >= before ? messages.slice(from - before) : [...this.#before.slice(from), ...messages];
  }

  send(message: object): void {
    this.#call.send(message);
  }

  /** So much time passes, in which the caller speaks, or is silent. */
  async pass(ms: number, speaks = false): Promise<void> {
    for (let left = Math.ceil(ms / CALLER.frameMs); left > 0; left -= TOGETHER)
      await this.#step(Math.min(left, TOGETHER), speaks);
  }

  /** The same until it is so. A caller who speaks does so in phrases, with shorter pauses than end a turn. */
  async passUntil(isSo: () => boolean, speaks = false): Promise<void> {
    for (let step = 0; !isSo(); step++) await this.#step(speaks ? 5 : 1, speaks && step % 4 < 3);
  }

  async #step(frames: number, speaks: boolean): Promise<void> {
    let until = house.clock.now();
    const say = (count: number): void => {
      this.#say(Array.from({ length: count }, () => this.#frame(speaks)));
      until += count * CALLER.frameMs;
    };
    say(frames);
    let more = FRAMES_WHILE_DIALLING;
    do {
      if (house.dialling > 0 && more-- > 0) say(1);
    } while (!(await this.#hearing.has(this.frames - 1)) || house.clock.now() < until || house.dialling > 0);
    await this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    const due = Math.max(0, -this.#aheadMs);
    this.#aheadMs += due;
    await advance(due);
  }

  #say(frames: readonly Uint8Array[]): void {
    this.#call.raw(joined(frames));
    this.#aheadMs -= frames.length * CALLER.frameMs;
  }

  #frame(speaks: boolean): Uint8Array {
    return markedFrame(this.frames++, speaks, CALLER.rate, CALLER.frameMs);
  }

  /** The model is at work, and the gateway waits without growing older. */
  async until(isSo: () => boolean | Promise<boolean>, stepMs = ANSWER_MS): Promise<void> {
    while (!(await isSo())) {
      const ms = this.#aheadMs < ANSWERED_MS ? stepMs : 0;
      await advance(ms);
      this.#aheadMs += ms;
    }
  }

  /** The socket is gone for so long; what is said meanwhile is said again afterwards. */
  async loseSocket(awayMs: number): Promise<void> {
    this.#call.hangUp(GOING_AWAY);
    for (let left = awayMs; left > 0; left -= CALLER.frameMs) {
      this.#unsent.push(this.#frame(false));
      const object = env.SESSIONS.getByName(this.session);
      await runInDurableObject(object, () => house.clock.turn(CALLER.frameMs));
      await advance(CALLER.frameMs);
    }
    await this.#comeBack();
  }

  /** The object is gone, which the client learns from its socket, and comes back. What it said was heard, as after every step. */
  async loseObject(lose: () => Promise<void>): Promise<void> {
    await lose();
    await this.#call.untilClosed();
    for (let left = 1_000; left > 0; left -= CALLER.frameMs) this.#unsent.push(this.#frame(false));
    await this.#comeBack();
  }

  async #comeBack(): Promise<void> {
    const seen = this.#call.seen;
    this.#before.push(...this.#call.messages);
    this.#call = await this.#call.back(seen, FORMAT, FORMAT);
    const { from } = await this.#call.until("resumed");
    if (from !== seen + 1) throw new Error(`after ${seen} comes ${from}`);
    this.#say(this.#unsent.splice(0));
    await this.#step(1, false);
  }

  /** Goodbye. The last frame has arrived, as after every step. */
  hangUp(): Promise<{ readonly code: number; readonly reason: string }> {
    this.#call.send({ type: "bye" });
    return this.#call.untilClosed();
  }

  /** Tells whether the model has sent any sound after this moment, arrived or not. */
  async soundFromNow(): Promise<() => Promise<boolean>> {
    const live = (await this.streams()).at(-1);
    const from = (await live?.entries())?.length ?? 0;
    return async () =>
      (await live?.entries(from))?.some(
        ({ direction, name }) => direction === "sent" && name === "audioOutput",
      ) ?? false;
  }

  /** The streams of this call, oldest first. */
  streams(): Promise<readonly EmulatedStream[]> {
    return this.#hearing.streams();
  }
}

const joined = (frames: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(frames.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const frame of frames) {
    whole.set(frame, at);
    at += frame.byteLength;
  }
  return whole;
};

/** The emulator's answer says that it is there: whoever waits for it does not spin. */
const advance = (ms: number): Promise<unknown> =>
  emulator("/clock", { method: "POST", body: JSON.stringify({ advanceMs: ms }) });
