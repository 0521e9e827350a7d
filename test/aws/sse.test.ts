import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventParser, readEvents, type ServerEvent } from "../../src/aws/sse.ts";

const parse = (...pieces: readonly string[]): readonly ServerEvent[] => {
  const parser = new EventParser(10_000);
  return pieces.flatMap((piece) => parser.push(piece) ?? []);
};
const data = (...words: readonly string[]): readonly ServerEvent[] =>
  words.map((word) => ({ event: "message", data: word }));

describe("a stream of server-sent events", () => {
  it.each<[string, string, readonly ServerEvent[]]>([
    ["one event", "data: hello\n\n", data("hello")],
    ["no blank after the colon", "data:hello\n\n", data("hello")],
    ["only the first blank goes", "data:  hello\n\n", data(" hello")],
    ["several data lines", "data: a\ndata: b\n\n", data("a\nb")],
    ["an empty data line", "data\n\n", data("")],
    ["a name", "event: done\ndata: x\n\n", [{ event: "done", data: "x" }]],
    [
      "a name does not stay",
      "event: done\ndata: x\n\ndata: y\n\n",
      [{ event: "done", data: "x" }, ...data("y")],
    ],
    ["a comment", ": keep-alive\n\ndata: x\n\n", data("x")],
    ["a field nobody knows", "colour: red\nid: 7\nretry: 5\ndata: x\n\n", data("x")],
    ["carriage returns", "data: a\r\rdata: b\r\r", data("a", "b")],
    ["both", "data: a\r\ndata: b\r\n\r\n", data("a\nb")],
    ["a byte order mark", "\ufeffdata: x\n\n", data("x")],
    ["an event without data", "event: ping\n\ndata: x\n\n", data("x")],
    ["an event cut off by the end", "data: x\n\ndata: y\n", data("x")],
    ["nothing", "", []],
  ])("is read as the standard says: %s", (_, text, events) => {
    expect(parse(text)).toEqual(events);
  });

  it("says the same however it is cut into pieces", () => {
    const text = fc.array(
      fc.constantFrom("data: x", "data", ":", "event: e", "\n", "\r", "\r\n", "\n\n", "ä", " "),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(text, fc.array(fc.nat(8), { maxLength: 30 }), (parts, cuts) => {
        const whole = parts.join("");
        const pieces: string[] = [];
        let at = 0;
        for (const cut of cuts) {
          pieces.push(whole.slice(at, at + cut));
          at += cut;
        }
        expect(parse(...pieces, whole.slice(at))).toEqual(parse(whole));
      }),
    );
  });

  it("gives up on a line, and on an event, that never ends", () => {
    const line = new EventParser(100);
    expect(line.push("data: ".padEnd(90, "x"))).toEqual([]);
    expect(line.push("x".repeat(20))).toBeNull();
    const event = new EventParser(100);
    const pushed = Array.from({ length: 40 }, () => event.push("data: xxxxx\n"));
    expect(pushed.at(-1)).toBeNull();
  });
});

describe("reading an answer's events", () => {
  const limits = { maxBytes: 1_000, maxEventChars: 500 };
  const endless = (): Response => {
    const chunk = new TextEncoder().encode("data: again\n\n");
    return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }));
  };

  it("ends where the reader has enough, in the middle of what came", async () => {
    const heard: string[] = [];
    const take = ({ data }: ServerEvent) => (heard.push(data) < 3 ? "more" : "enough");
    expect(await readEvents(endless(), take, limits)).toEqual({ ok: true, value: "enough" });
    expect(heard).toEqual(["again", "again", "again"]);
  });

  it("ends a stream that goes on for ever, at its limit", async () => {
    expect(await readEvents(endless(), () => "more", limits)).toMatchObject({
      ok: false,
      error: { type: "too_large" },
    });
  });

  it("says when a stream has ended by itself", async () => {
    const response = new Response("data: x\n\n");
    expect(await readEvents(response, () => "more", limits)).toEqual({ ok: true, value: "ended" });
  });
});
