import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { Pipe } from "../../chaos/pipe.ts";

it("what goes in comes out in order, though it is delayed first and is not any more", async () => {
  const out = new PassThrough();
  const pipe = new Pipe(out);
  pipe.push(Buffer.from("slow "), 30);
  pipe.push(Buffer.from("quick "), 0);
  pipe.hold(true);
  pipe.push(Buffer.from("held"), 0);
  pipe.hold(false);
  const wanted = "slow quick held";
  let got = "";
  for await (const piece of out) {
    got += String(piece);
    if (got.length >= wanted.length) break;
  }
  expect(got).toBe(wanted);
});
