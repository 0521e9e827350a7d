import { expect, test } from "vitest";
import { sentences } from "../../../emulator/engine/sentences.ts";

test.each([
  ["Good day. How are you?", ["Good day.", "How are you?"]],
  ["You have $12.50 left! Do you want more?", ["You have $12.50 left!", "Do you want more?"]],
  ["no mark at all", ["no mark at all"]],
  ["  One.   Two…  three  ", ["One.", "Two…", "three"]],
  ["你好。再见。", ["你好。", "再见。"]],
  ["", []],
  ["   ", []],
])("%j is said in these sentences: %j", (text, parts) => {
  expect(sentences(text)).toEqual(parts);
});
