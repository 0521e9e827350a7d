/**
 * One stream of a model as the engine hears it: events in, numbers of frames out. Looks into audio only; of the rest it
 * understands what a call needs. One signature in so many is verified, as AWS would all of them: the engine shares a
 * processor with what loads it.
 */

import { sameHex } from "../../emulator/auth/compare.ts";
import type { Verified } from "../../emulator/auth/request-signature.ts";
import { codec } from "../../emulator/wire/codec.ts";
import { createMarkReader } from "../calls/marks.ts";
import { upSamples } from "../calls/plan.ts";
import type { House } from "./house.ts";
import type { Mouth } from "./mouth.ts";
import { createNovaMouth } from "./nova-mouth.ts";
import type { Talk } from "./talk.ts";
import { audioOf, encodeEvent, eventOf, payloadOf } from "./wire.ts";

const SIGNATURE_BYTES = 32;
const VERIFY_EVERY = 97;
const PRELUDE_BYTES = 12;

export interface NovaLine {
  /** The prologue was taken: the door may say so, if it has not. */
  accept(): void;
  write(message: Uint8Array): void;
  end(): void;
}

export class NovaStream {
  readonly #house: House;
  readonly #line: NovaLine;
  readonly #verified: Verified;
  readonly #read: ReturnType<typeof createMarkReader>;
  #mouth: Mouth | null = null;
  #talk: Talk | null = null;
  #prior: string;
  #messages = 0;
  #last = -1;
  #at = 0;
  #promptName = "";

  constructor(house: House, line: NovaLine, verified: Verified) {
    this.#house = house;
    this.#line = line;
    this.#verified = verified;
    this.#prior = verified.seed;
    this.#read = createMarkReader(house.plan === null ? 640 : upSamples(house.plan) * 2);
  }

  /** One whole message of the event stream, which came at `at`. */
  take(message: Buffer, at: number): void {
    this.#at = at;
    const payload = payloadOf(message);
    if (payload === null) return this.#house.fault("a damaged message");
    this.#follow(message, payload);
    if (payload.length === 0) return this.#line.end();
    const event = eventOf(payload);
    if (event === null) return this.#house.fault("a message that is no event");
    const pcm = audioOf(event);
    if (pcm === null) return this.#understand(JSON.parse(event.toString("utf8")));
    this.#read(pcm, this.#heard);
  }

  lost(): void {
    if (this.#mouth) this.#talk?.lost(this.#mouth);
  }

  readonly #heard = (mark: number): void => {
    if (this.#mouth === null) return this.#house.fault("audio before the prompt");
    const talk = this.#house.hear(mark, this.#at, this.#mouth);
    if (talk === null) return this.#house.fault(`frame ${mark} of a call that is not measured`);
    this.#talk = talk;
    if (mark <= this.#last) talk.book.doubled++;
    this.#last = mark;
  };

  #understand(json: { readonly event?: Readonly<Record<string, { readonly promptName?: string }>> }): void {
    const [name = "", body = {}] = Object.entries(json.event ?? {})[0] ?? [];
    if (name === "promptStart") {
      this.#line.accept();
      this.#promptName = body.promptName ?? "";
      this.#mouth = createNovaMouth(this.#promptName, (message) => this.#line.write(message));
    } else if (name === "toolResult" && this.#mouth) this.#talk?.toolAnswered(this.#at, this.#mouth);
    else if (name === "promptEnd" && this.#mouth) {
      this.lost();
      const completionEnd = { completionId: "end", promptName: this.#promptName, stopReason: "END_TURN" };
      this.#line.write(encodeEvent(JSON.stringify({ event: { completionEnd } })));
    } else if (name === "sessionEnd") this.#line.end();
  }

  /** The chain: each signature follows from the one before it. */
  #follow(message: Buffer, payload: Buffer): void {
    const headersEnd = PRELUDE_BYTES + message.readUInt32BE(4);
    const signature = message.subarray(headersEnd - SIGNATURE_BYTES, headersEnd).toString("hex");
    const prior = this.#prior;
    this.#prior = signature;
    if (this.#messages++ % VERIFY_EVERY !== 0) return;
    const date = codec.decode(message).headers[":date"];
    if (date?.type !== "timestamp") return this.#house.fault("a message without a date");
    void this.#verified.signer
      .sign(
        { message: { headers: { ":date": date }, body: payload }, priorSignature: prior },
        { signingDate: date.value },
      )
      .then((signed) => {
        if (!sameHex(signed.signature, signature)) this.#house.fault("a signature that does not follow");
      });
  }
}
