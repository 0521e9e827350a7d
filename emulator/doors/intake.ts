/**
 * From transport bytes to the stream: cuts messages, opens them one after the other, and hands over what is inside.
 */
import type { Verified } from "../auth/request-signature.ts";
import type { NovaStream } from "../engine/stream.ts";
import { createFrameReader } from "../wire/frame-reader.ts";
import { createEventOpener, type WireFault } from "../wire/signed-events.ts";

export interface Intake {
  /** Takes in the bytes, and resolves when all of their messages are dealt with. Wait for it before the next call. */
  take(bytes: Uint8Array): Promise<void>;
}

/** @param onFault May deal with a fault itself (true), before the stream answers it with an error message. */
export function createIntake(
  verified: Verified,
  stream: NovaStream,
  wallNow: () => number,
  onFault: (fault: WireFault) => boolean = () => false,
): Intake {
  const reader = createFrameReader();
  const opener = createEventOpener(verified.signer, verified.seed, wallNow);
  let broken = false;

  const refuse = (fault: WireFault): void => {
    broken = true;
    if (!onFault(fault)) stream.refuse(fault);
  };

  return {
    async take(bytes) {
      if (broken) return;
      const messages = reader.push(bytes);
      if (!messages.ok) return refuse({ type: "damaged", why: messages.error });
      for (const message of messages.value) {
        const opened = await opener.open(message);
        if (!opened.ok) return refuse(opened.error);
        if (opened.value.type === "event") stream.receive(opened.value.json);
        else stream.inputEnded();
      }
    },
  };
}
