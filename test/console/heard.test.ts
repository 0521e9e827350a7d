import { expect, it } from "vitest";
import { cutAt } from "../../console/src/state/heard.ts";

it("strikes what follows the heard words", () => {
  expect(cutAt("One two three four.", "One two")).toEqual({ heard: "One two", unheard: "three four." });
});

it("does not mind other spaces, capitals and stops", () => {
  expect(cutAt("Well, yes.  It is.", "well yes")).toEqual({ heard: "well yes", unheard: "It is." });
});

it("strikes everything when nothing was heard, and nothing when all was", () => {
  expect(cutAt("All of it.", "")).toEqual({ heard: "", unheard: "All of it." });
  expect(cutAt("All of it.", "All of it.")).toEqual({ heard: "All of it.", unheard: "" });
});

it("takes the gateway's word for what was heard, and strikes as many planned words fewer", () => {
  expect(cutAt("You have 12 euros left today.", "You have twelve")).toEqual({
    heard: "You have twelve",
    unheard: "euros left today.",
  });
});

it("has nothing to strike when more was heard than planned", () => {
  expect(cutAt("Hi.", "Hello there my friend")).toEqual({ heard: "Hello there my friend", unheard: "" });
});
