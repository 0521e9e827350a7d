import fc from "fast-check";
import { expect, it } from "vitest";
import { Expiry, type Seat } from "../../src/durable/capacity-expiry.ts";

interface Thing {
  readonly until: number;
}

const step = fc.record({
  what: fc.constantFrom("add", "add", "reseat", "remove"),
  which: fc.nat(),
  until: fc.nat(50),
});

it("whatever is added, put off and taken out: the one that ends first is first", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
      const heap = new Expiry<Thing>();
      const seats: Seat<Thing>[] = [];
      for (const { what, which, until } of steps) {
        const seat = seats[which % Math.max(1, seats.length)];
        if (what === "add" || seat === undefined) seats.push(heap.add({ until }));
        else if (what === "reseat") heap.reseat(seat, { until });
        else {
          heap.remove(seat);
          seats.splice(seats.indexOf(seat), 1);
        }
        const soonest = Math.min(...seats.map(({ thing }) => thing.until));
        expect(heap.first?.thing.until ?? Number.POSITIVE_INFINITY).toBe(soonest);
      }
      const inOrder = seats.map(({ thing }) => thing.until).sort((a, b) => a - b);
      const taken: number[] = [];
      for (let { first } = heap; first !== undefined; { first } = heap) {
        taken.push(first.thing.until);
        heap.remove(first);
      }
      expect(taken).toEqual(inOrder);
    }),
  );
});
