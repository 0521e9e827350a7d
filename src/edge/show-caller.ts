/**
 * `GET /v1/callers`: what is remembered of a caller, and which sessions of theirs can still be read.
 */
import { gatewayError } from "../base/errors.ts";
import { failure, json } from "./answers.ts";
import { withCaller } from "./caller-memories.ts";
import { readCaller } from "./caller-record.ts";

export const showCaller = withCaller(async (remembered) => {
  const record = await readCaller(remembered);
  return record === null ? failure(gatewayError("caller_unknown")) : json(record);
});
