/**
 * Everything a stream sends goes through here: it makes frames of events, and spoils them when a fault asks for it.
 */
import type { Clock } from "../clock.ts";
import type { ExceptionType, Fault } from "../seams.ts";
import { encodeChunk, encodeError, encodeException } from "../wire/codec.ts";
import type { Line } from "./line.ts";
import type { AudioSummary, Trace } from "./trace.ts";

/** Faults that change how the next frames look, and nothing else. */
export type FrameFault = Extract<
  Fault,
  { type: "join_frames" | "split_frames" | "padding" | "garbage" | "stall" }
>;

export interface Outlet {
  event(name: string, body: Readonly<Record<string, unknown>>, audio?: AudioSummary): void;
  exception(type: ExceptionType, message: string): void;
  error(code: string, message: string): void;
  spoil(fault: FrameFault): void;
  /** Ends the line in order, after what is held back. Nothing is sent afterwards. */
  end(): void;
  /** Drops the line at once. */
  cut(): void;
  /** The line is gone already: sends nothing more. */
  forget(): void;
}

/** As Bedrock pads the chunks of other streaming operations: letters and digits, of a length that varies. */
const PADDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** A stream that is over but stalled without end is dropped after this long, in ms: its client should have left by then. */
const FORSAKEN_MS = 60_000;

interface Stall {
  readonly ends: boolean;
  readonly queue: (() => void)[];
  readonly callOff: () => void;
}

export function createOutlet(line: Line, trace: Trace, clock: Clock): Outlet {
  let closed = false;
  let stopWaiting: () => void = () => {};
  let joins = 0;
  let splits = 0;
  let paddings = 0;
  let held: Uint8Array | undefined;
  let stall: Stall | undefined;

  /** Runs now, or when the stall is over; never, when it has no end. */
  const send = (task: () => void): void => {
    if (closed) return;
    if (stall === undefined) task();
    else if (stall.ends) stall.queue.push(task);
  };

  const put = (frame: Uint8Array): void => {
    if (held !== undefined) {
      line.write(Buffer.concat([held, frame]));
      held = undefined;
    } else if (joins > 0) {
      joins -= 1;
      held = frame;
    } else if (splits > 0) {
      splits -= 1;
      const half = frame.byteLength >> 1;
      line.write(frame.subarray(0, half));
      line.write(frame.subarray(half));
    } else {
      line.write(frame);
    }
  };

  const flush = (): void => {
    if (held !== undefined) line.write(held);
    held = undefined;
  };

  const note = (name: string, body: unknown): void => trace.add({ direction: "sent", name, body });

  const garbage = (kind: (FrameFault & { type: "garbage" })["kind"]): void => {
    note("garbage", { kind });
    switch (kind) {
      case "not_a_frame":
        return line.write(Buffer.from("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
      case "bad_crc": {
        const frame = Uint8Array.from(encodeChunk('{"event":{"usageEvent":{}}}'));
        const last = frame.byteLength - 1;
        frame[last] = (frame[last] ?? 0) ^ 0xff;
        return line.write(frame);
      }
      case "bad_json":
        return put(encodeChunk('{"event":{"textOutput":{"content":"half a'));
      case "text_message":
        return line.writeText("a text message where binary ones are expected");
    }
  };

  const resume = (): void => {
    const queue = stall?.queue ?? [];
    stall = undefined;
    for (const task of queue) send(task);
  };

  const startStall = (ms: number | undefined): void => {
    trace.add({ direction: "note", name: "stall", body: { ms } });
    stall?.callOff();
    const queue = stall?.queue ?? [];
    stall =
      ms === undefined
        ? { ends: false, queue, callOff: () => {} }
        : { ends: true, queue, callOff: clock.after(ms, resume) };
  };

  const close = (how: () => void): void => {
    if (closed) return;
    closed = true;
    stall?.callOff();
    stopWaiting();
    how();
  };

  return {
    event(name, body, audio) {
      send(() => {
        let padding: string | undefined;
        if (paddings > 0) {
          paddings -= 1;
          padding = PADDING.slice(0, 1 + ((paddings * 7) % PADDING.length));
        }
        trace.add({ direction: "sent", name, ...(audio === undefined ? { body } : { audio }) });
        put(encodeChunk(JSON.stringify({ event: { [name]: body } }), padding));
      });
    },
    exception(type, message) {
      const body =
        type === "modelStreamErrorException"
          ? { message, originalStatusCode: 500, originalMessage: message }
          : { message };
      send(() => {
        note(type, body);
        put(encodeException(type, body));
      });
    },
    error(code, message) {
      send(() => {
        note("error", { code, message });
        put(encodeError(code, message));
      });
    },
    spoil(fault) {
      switch (fault.type) {
        case "join_frames":
          joins += 1;
          return;
        case "split_frames":
          splits += 1;
          return;
        case "padding":
          paddings += 1;
          return;
        case "garbage":
          return send(() => garbage(fault.kind));
        case "stall":
          return startStall(fault.ms);
      }
    },
    end() {
      send(() =>
        close(() => {
          flush();
          line.end();
        }),
      );
      if (!closed && stall?.ends === false) {
        stopWaiting = clock.after(FORSAKEN_MS, () => close(() => line.cut()));
      }
    },
    cut() {
      close(() => line.cut());
    },
    forget() {
      close(() => {});
    },
  };
}
