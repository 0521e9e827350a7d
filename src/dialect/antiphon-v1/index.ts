/**
 * The gateway's own protocol, `antiphon.v1`: JSON for control, binary for audio. Written down in docs/protocol.md.
 */
import type { Dialect } from "../dialect.ts";
import { PROTOCOL } from "./client-messages.ts";
import { ClientDecoder } from "./decode.ts";
import { encodeNotice } from "./encode.ts";

export const antiphonV1: Dialect = {
  name: PROTOCOL,
  connect(options) {
    const decoder = new ClientDecoder();
    return {
      decode: (frame) => decoder.decode(frame),
      encode: (notice, seq) => encodeNotice(notice, seq, { ...options, formats: decoder.formats }),
    };
  },
};
