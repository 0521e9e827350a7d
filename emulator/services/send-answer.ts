/**
 * Sends an answer and writes it into the trace, with the fault that was ordered for it.
 */
import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import type { Trace } from "../engine/trace.ts";
import type { Answer, Piece } from "./service.ts";
import type { ServiceOrder } from "./service-faults.ts";
import { wait } from "./wait.ts";

export interface Outlet {
  readonly response: ServerResponse;
  readonly trace: Trace;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** @param order A fault to suffer in the middle of the answer; one for its beginning has been dealt with. */
export async function sendAnswer(
  answer: Answer,
  outlet: Outlet,
  order: ServiceOrder | undefined,
): Promise<void> {
  const { response, signal } = outlet;
  if (signal.aborted) return;
  if (answer.type === "cut") return cut(outlet);
  if (answer.type === "whole") return sendWhole(answer, outlet, order);
  head(outlet, 200, answer.headers);
  let sent = 0;
  for await (const piece of answer.pieces) {
    if (signal.aborted) return;
    // The middle of a stream whose end is not known: it has begun, and something of substance is to come.
    if (sent === 2 && order !== undefined) {
      if (order.fault.type === "cut") return cut(outlet);
      if (order.fault.type === "exception") {
        await sendPiece(answer.broken(order.fault.exception, order.fault.message ?? BROKEN), outlet);
        response.end();
        return;
      }
      await stall(order, outlet);
    }
    if (piece.cuts) return cut(outlet);
    await sendPiece(piece, outlet);
    sent += 1;
  }
  response.end();
}

const BROKEN = "The system encountered an unexpected error during processing. Try your request again.";

async function sendWhole(
  answer: Extract<Answer, { type: "whole" }>,
  outlet: Outlet,
  order: ServiceOrder | undefined,
): Promise<void> {
  const { response, trace } = outlet;
  const bytes = Buffer.from(answer.body);
  trace.add({
    direction: "sent",
    name: String(answer.status),
    body: { headers: answer.headers, body: readable(bytes, answer.headers["content-type"]) },
  });
  head(outlet, answer.status, { ...answer.headers, "content-length": String(bytes.byteLength) }, false);
  if (order === undefined) return void response.end(bytes);
  const half = Math.floor(bytes.byteLength / 2);
  await write(bytes.subarray(0, half), outlet);
  // Half of a whole answer cannot be taken back: all that can break now is the connection.
  if (order.fault.type !== "stall") return cut(outlet);
  await stall(order, outlet);
  response.end(bytes.subarray(half));
}

async function sendPiece(piece: Piece, { response, trace, signal }: Outlet): Promise<void> {
  trace.add({
    direction: "sent",
    name: piece.name,
    ...(piece.body === undefined ? {} : { body: piece.body }),
  });
  await write(piece.bytes, { response, signal });
}

/** Resolves when the bytes have left, or nobody wants them any more: what is cut afterwards was sent before. */
function write(
  bytes: Uint8Array | string,
  { response, signal }: Pick<Outlet, "response" | "signal">,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done);
    response.write(bytes, done);
  });
}

function head(
  outlet: Outlet,
  status: number,
  headers: Readonly<Record<string, string>>,
  isTraced = true,
): void {
  if (isTraced) outlet.trace.add({ direction: "sent", name: String(status), body: { headers } });
  outlet.response.writeHead(status, { "x-amzn-requestid": randomUUID(), ...headers });
}

async function stall(order: ServiceOrder, { clock, signal, trace }: Outlet): Promise<void> {
  if (order.fault.type !== "stall") return;
  trace.add({ direction: "note", name: "stalled" });
  await wait(clock, order.fault.ms, signal);
}

function cut({ response, trace }: Outlet): void {
  trace.add({ direction: "note", name: "cut" });
  response.destroy();
}

/** JSON as it is, other text as text, and of anything else the size. */
export function readable(bytes: Uint8Array, contentType = ""): unknown {
  if (bytes.byteLength === 0) return "";
  const text = Buffer.from(bytes).toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return contentType.startsWith("audio/") || text.includes("\uFFFD") ? `(${bytes.byteLength} bytes)` : text;
  }
}
