/**
 * A connection of `antiphon.v1` that has said hello, for tests.
 */
import type { AudioFormat } from "../../src/audio/format.ts";
import { antiphonV1 } from "../../src/dialect/antiphon-v1/index.ts";
import type { DialectConnection, DialectOptions } from "../../src/dialect/dialect.ts";

export const PCM16: AudioFormat = { encoding: "pcm16", rate: 16000 };

export const hello = (input: AudioFormat = PCM16, output: AudioFormat = input) => ({
  type: "hello",
  protocol: "antiphon.v1",
  audio: { input, output },
});

export const greeted = (
  input: AudioFormat = PCM16,
  output: AudioFormat = input,
  toolDetails = true,
  resume: DialectOptions["resume"] = null,
): DialectConnection => {
  const connection = antiphonV1.connect({ toolDetails, resume });
  const said = connection.decode(JSON.stringify(hello(input, output)));
  if (!said.ok) throw new Error(`hello was refused: ${said.error.detail}`);
  return connection;
};
