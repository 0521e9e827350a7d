import fc from "fast-check";
import { expect, it } from "vitest";
import { AudioReader } from "../../../src/model/nova-sonic/audio-reader.ts";
import { readOutput } from "../../../src/model/nova-sonic/output-events.ts";

const utf8 = new TextEncoder();
const IDS = { completionId: "k", contentId: "c", promptName: "p", role: "ASSISTANT", sessionId: "s" };
const audio = (members: object): string => JSON.stringify({ event: { audioOutput: members } });
const read = (json: string) => new AudioReader().read(utf8.encode(json));
const base64 = (pcm: Uint8Array): string => Buffer.from(pcm).toString("base64");

it("Audio is read wherever it stands among its members, as a reader of JSON reads it", () => {
  const members = fc.tuple(
    fc.uint8Array({ maxLength: 50 }),
    fc.shuffledSubarray(["completionId", "content", "contentId", "promptName", "role", "sessionId"]),
  );
  fc.assert(
    fc.property(members, ([pcm, order]) => {
      const all: Record<string, string> = { ...IDS, content: base64(pcm) };
      const json = audio(Object.fromEntries(order.map((name) => [name, all[name]])));
      const expected = readOutput(utf8.encode(json));
      const isWhole = order.includes("content") && order.includes("contentId");
      expect(read(json)).toEqual(isWhole ? expected : null);
      if (isWhole) expect(expected.type).toBe("audio");
    }),
  );
});

it("Half a sample at the end is left out", () => {
  expect(read(audio({ ...IDS, content: base64(Uint8Array.of(1, 2, 3)) }))).toEqual({
    ...{ type: "audio", content: "c" },
    pcm: Uint8Array.of(1, 2),
  });
});

it("Each content has its own name, one event after another", () => {
  const reader = new AudioReader();
  const names = ["a", "a", "bé", "", "a", "\uFEFFa", "日本"].map((contentId) => {
    const output = reader.read(utf8.encode(audio({ ...IDS, contentId, content: "AAAA" })));
    return output?.type === "audio" && output.content;
  });
  expect(names).toEqual(["a", "a", "bé", "", "a", "\uFEFFa", "日本"]);
});

it.each([
  ["another event", JSON.stringify({ event: { textOutput: { ...IDS, content: "AAAA" } } })],
  ["blanks between signs", '{ "event": {"audioOutput":{"contentId":"c","content":"AAAA"}}}'],
  ["blanks among members", '{"event":{"audioOutput":{"contentId":"c", "content":"AAAA"}}}'],
  ["an escape", audio({ ...IDS, role: 'A"B', content: "AAAA" })],
  ["an escape in a name", '{"event":{"audioOutput":{"contentId":"c","con\\u0074ent":"AAAA"}}}'],
  ["a member that is no string", audio({ ...IDS, role: null, content: "AAAA" })],
  ["a member that is an object", audio({ extra: { content: "BBBB" }, ...IDS, content: "AAAA" })],
  ["base64 without its padding", audio({ ...IDS, content: "AAA" })],
  ["other letters", audio({ ...IDS, content: "AA-_" })],
  ["more behind it", `${audio({ ...IDS, content: "AAAA" })} `],
  ["a second event", '{"event":{"audioOutput":{"contentId":"c","content":"AAAA"},"usageEvent":{}}}'],
  ["no members", audio({})],
  ["no end", audio({ ...IDS, content: "AAAA" }).slice(0, -1)],
  ["no end of a string", '{"event":{"audioOutput":{"contentId":"c","content":"AAAA'],
  ["no string", '{"event":{"audioOutput":{"'],
  ["nothing", ""],
])("%s is left to a reader of JSON", (_, json) => {
  expect(read(json)).toBeNull();
});

it("What a damaged event says is never read as audio, nor does it throw", () => {
  const whole = audio({ ...IDS, content: "AAECAwQF" });
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (place, byte) => {
      const bytes = utf8.encode(whole);
      bytes[place] = byte;
      const mine = new AudioReader().read(bytes);
      // A control sign in a name is no JSON, and no danger.
      if (mine !== null && byte >= 0x20) expect(mine).toEqual(readOutput(bytes));
    }),
    { numRuns: 2_000 },
  );
});
