import { describe, expect, it } from "vitest";
import { DIALECT_NAMES, dialectFor } from "../../src/dialect/index.ts";

const nameFor = (header: string | null): string | null => {
  const dialect = dialectFor(header);
  return dialect.ok ? dialect.value.name : null;
};

describe("the dialect of a connection", () => {
  it("is the first that the client offers and we know", () => {
    expect(nameFor("antiphon.v1")).toBe("antiphon.v1");
    expect(nameFor("graphql-ws,\tantiphon.v1 , chat")).toBe("antiphon.v1");
  });

  it("is our own for a client that offers nothing", () => {
    expect(nameFor(null)).toBe("antiphon.v1");
    expect(nameFor(" , ")).toBe("antiphon.v1");
  });

  it("is none when the client offers others only, and it is told which there are", () => {
    for (const header of ["antiphon.v2", "ANTIPHON.V1", "antiphon.v1;q=1"])
      expect(nameFor(header)).toBeNull();
    expect(dialectFor("chat")).toMatchObject({
      ok: false,
      error: { code: "bad_request", detail: "Sec-WebSocket-Protocol: offer antiphon.v1" },
    });
  });

  it("has a name that a subprotocol header can carry (RFC 6455 section 4.1: an HTTP token)", () => {
    for (const name of DIALECT_NAMES) expect(name).toMatch(/^[\w!#$%&'*+.^`|~-]+$/);
  });
});
