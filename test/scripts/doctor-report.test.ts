/**
 * The doctor's findings, as a builder reads them.
 */
import { describe, expect, it } from "vitest";
import { describeObservation } from "../../scripts/lib/doctor-report.ts";

const patient = {
  region: "us-east-1",
  model: "amazon.nova-2-sonic-v1:0",
  accessKeyId: "AKIAEXAMPLE",
  hasSessionToken: false,
};

describe("the doctor's report", () => {
  it("says that there is no connection in words that mean something to a person", () => {
    const report = describeObservation(
      {
        step: "failed",
        at: "reached",
        refusal: { status: null, name: "", message: "internal error; reference = 0m3bq8d6lq8vtp5n7bu1jr2a" },
      },
      patient,
    );
    expect(report).toContain("no connection");
    expect(report).toContain("cannot be reached");
    expect(report).not.toMatch(/internal error|reference/);
  });

  it("keeps AWS's own words", () => {
    const refusal = { status: 403, name: "AccessDeniedException", message: "You may not." };
    expect(describeObservation({ step: "failed", at: "opened", refusal }, patient)).toContain(
      "403 AccessDeniedException You may not.",
    );
  });
});
