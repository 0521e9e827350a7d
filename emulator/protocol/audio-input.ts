/**
 * Reads the samples of an audioInput: base64 of 16 bit little-endian PCM, not too much at once.
 */
import { LIMITS } from "../limits.ts";
import { err, ok, type Result } from "../result.ts";
import { isBase64 } from "../wire/signed-events.ts";
import { invalidBytes, type Violation } from "./violations.ts";

export function readAudio(base64: string): Result<Int16Array, Violation> {
  if (!isBase64(base64)) return err(invalidBytes("audioInput is not base64"));
  const bytes = Buffer.from(base64, "base64");
  if (bytes.byteLength > LIMITS.audioInputBytes) {
    return err(invalidBytes(`audioInput of ${bytes.byteLength} bytes; about 10 KB are allowed`));
  }
  if (bytes.byteLength % 2 !== 0) return err(invalidBytes("audioInput has half a sample"));
  // A copy of its own begins where samples may. All machines that this runs on are little-endian.
  return ok(new Int16Array(new Uint8Array(bytes).buffer));
}
