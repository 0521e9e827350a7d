import { describe, expect, it } from "vitest";
import { DIALECT_NAMES, dialectFor } from "../../src/dialect/index.ts";

describe("the dialect of a connection", () => {
  it("is the first that the client offers and we know", () => {
    expect(dialectFor(["graphql-ws", "antiphon.v1"])?.name).toBe("antiphon.v1");
  });

  it("is our own for a client that offers nothing", () => {
    expect(dialectFor([])?.name).toBe("antiphon.v1");
  });

  it("is none when the client offers others only", () => {
    expect(dialectFor(["antiphon.v2"])).toBeNull();
    expect(dialectFor(["ANTIPHON.V1"])).toBeNull();
  });

  it("has a name that a subprotocol header can carry (RFC 6455 section 4.1: an HTTP token)", () => {
    for (const name of DIALECT_NAMES) expect(name).toMatch(/^[\w!#$%&'*+.^`|~-]+$/);
  });
});
