import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ENCODINGS, SAMPLE_RATES } from "../../src/audio/format.ts";
import { ERRORS } from "../../src/base/errors.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { audioFormatSchema } from "../../src/dialect/antiphon-v1/audio-format.ts";
import { clientMessage } from "../../src/dialect/antiphon-v1/client-messages.ts";
import { serverMessage } from "../../src/dialect/antiphon-v1/server-messages.ts";
import { readSections, sectionOf, sectionsUnder } from "./page-tables.ts";
import { rowsOf } from "./schema-rows.ts";

const sections = readSections("protocol.md");

const halves = [
  { heading: "From client to gateway", options: clientMessage.options },
  { heading: "From gateway to client", options: serverMessage.options },
];

describe.each(halves)("the protocol's page, $heading,", ({ heading, options }) => {
  const typeOf = (option: (typeof options)[number]): string => option.shape.type.value;

  it("has a section for each message, and for nothing else", () => {
    const told = sectionsUnder(sections, heading).map((section) => section.heading);
    expect([...told].sort()).toEqual(options.map((option) => `\`${typeOf(option)}\``).sort());
  });

  it.each(options.map((option) => [typeOf(option), option] as const))(
    "tells the members of %s as its schema has them",
    (type, option) => {
      const told = sectionOf(sectionsUnder(sections, heading), `\`${type}\``).rows.map(
        ([member, kind, needed]) => ({ member, type: kind, needed }),
      );
      expect(told).toEqual(rowsOf(option).map((row) => ({ ...row, member: `\`${row.member}\`` })));
    },
  );
});

describe("the protocol's page", () => {
  it("tells every error's close code and words", () => {
    const told = sectionOf(sections, "Errors and close codes").rows;
    expect(told).toEqual(
      Object.entries(ERRORS).map(([code, { close, message }]) => [`\`${code}\``, String(close), message]),
    );
  });

  it("tells limits as they are", () => {
    const told = sectionOf(sections, "Limits").rows.map(([name = "", value]) => [
      name.replaceAll("`", ""),
      Number(value),
    ]);
    expect(told.length).toBeGreaterThan(5);
    expect(told).toEqual(told.map(([name]) => [name, LIMITS[name as keyof typeof LIMITS]]));
  });

  it("tells the encodings with the rates that hello takes", () => {
    const told = sectionOf(sections, "Audio")
      .rows.slice(0, ENCODINGS.length)
      .map(([name, rates]) => [name, rates]);
    const taken = (encoding: string) =>
      SAMPLE_RATES.filter((rate) => audioFormatSchema.safeParse({ encoding, rate }).success);
    expect(told).toEqual(ENCODINGS.map((encoding) => [`\`${encoding}\``, taken(encoding).join(", ")]));
  });

  it("shows an example in which every message is a true one", () => {
    const lines = sectionOf(sections, "An example").text.split("\n");
    const messages = (mark: string) =>
      lines.filter((line) => line.startsWith(`${mark} {`)).map((line) => JSON.parse(line.slice(2)));
    const [said, told] = [messages(">"), messages("<")];
    expect(said.length).toBeGreaterThan(3);
    for (const message of said) expect(clientMessage.safeParse(message).error).toBeUndefined();
    for (const message of told) expect(serverMessage.safeParse(message).error).toBeUndefined();
    const numbers = lines.flatMap((line) => /^< .*?seq"?[: ](\d+)/.exec(line)?.[1] ?? []).map(Number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it("shows a return in which every message is a true one, and nothing comes twice", () => {
    const lines = sectionOf(sections, "Coming back").text.split("\n");
    const messages = (mark: string) =>
      lines.filter((line) => line.startsWith(`${mark} {`)).map((line) => JSON.parse(line.slice(2)));
    for (const message of messages(">")) expect(clientMessage.safeParse(message).error).toBeUndefined();
    for (const message of messages("<")) expect(serverMessage.safeParse(message).error).toBeUndefined();
    const numbers = lines.flatMap((line) => /^< .*?seq"?[: ](\d+)/.exec(line)?.[1] ?? []).map(Number);
    const [seen = 0, again, ...rest] = numbers;
    expect(messages(">")[0]).toMatchObject({ type: "hello", seen });
    expect(again).toBe(seen);
    expect(rest).toEqual(rest.map((_, index) => seen + 1 + index));
    expect(messages("<")[0]).toMatchObject({ type: "resumed", from: rest[0] });
  });

  it("says what to do for every close code there is, and tells those that end a talk from the rest", () => {
    const told = sectionOf(sections, "When a socket closes")
      .rows.map(([got = ""]) => got)
      .join(" ");
    for (const code of ["taken_over", "session_ended", "resume_invalid"] as const)
      expect(told).toContain(`${ERRORS[code].close} \`${code}\``);
    for (const code of ["hello_timeout", "client_slow", "overloaded"] as const)
      expect(told).toContain(String(ERRORS[code].close));
  });

  it("shows a client of forty lines that is JavaScript", () => {
    const [client = "", worklet = ""] = fences(sectionOf(sections, "A client in forty lines").text);
    expect(client.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
    expect(() => new Script(client.replace("export ", ""))).not.toThrow();
    expect(() => new Script(worklet)).not.toThrow();
  });
});

describe("the check of the page against the schemas", () => {
  it("tells members, types and needs apart, down to the last level", () => {
    const schema = z.strictObject({
      type: z.literal("x"),
      a: z.strictObject({ b: z.int(), c: z.enum(["d", "e"]).optional() }),
      f: z.array(z.strictObject({ g: z.boolean() })),
      h: z.string().nullable(),
      i: z.strictObject({ j: z.number() }).optional(),
      k: z.custom<unknown>(() => true).optional(),
    });
    expect(rowsOf(schema).map(({ member, type, needed }) => `${member} ${type} ${needed}`)).toEqual([
      "a.b integer yes",
      'a.c `"d"`, `"e"` no',
      "f[].g boolean yes",
      "h string or null yes",
      "i object no",
      "i.j number yes",
      "k any JSON no",
    ]);
  });
});

const fences = (text: string): readonly string[] =>
  [...text.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
