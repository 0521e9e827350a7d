/**
 * The table of upstream failures holds all that AWS documents and all that was seen, and the operator's page shows it.
 */
import { describe, expect, it } from "vitest";
import {
  ACTIONS,
  type Action,
  BY_CLOSE,
  BY_LINE,
  BY_NAME,
  BY_STATUS,
  BY_WORDS,
} from "../../src/model/failure-table.ts";
import { judgeFailure, judgeRefusal } from "../../src/model/judge-failure.ts";
import { readSections, sectionOf } from "../dialect/page-tables.ts";

/** Exceptions of `InvokeModelWithBidirectionalStream` at the door, with their statuses. */
const BEDROCK_DOOR: readonly (readonly [name: string, status: number, action: Action])[] = [
  ["AccessDeniedException", 403, "stop"],
  ["ResourceNotFoundException", 404, "stop"],
  ["ThrottlingException", 429, "shed_load"],
  ["ModelNotReadyException", 429, "next_region"],
  ["ServiceQuotaExceededException", 400, "shed_load"],
  ["ModelErrorException", 424, "hand_over"],
  ["ModelStreamErrorException", 424, "hand_over"],
  ["ModelTimeoutException", 408, "hand_over"],
  ["InternalServerException", 500, "next_region"],
  ["ServiceUnavailableException", 503, "next_region"],
];

/** Exceptions of AgentCore's data plane. */
const AGENTCORE_DOOR: typeof BEDROCK_DOOR = [
  ["AccessDeniedException", 403, "stop"],
  ["UnauthorizedException", 401, "stop"],
  ["ResourceNotFoundException", 404, "stop"],
  ["ConflictException", 409, "stop"],
  ["RetryableConflictException", 409, "shed_load"],
  ["ServiceQuotaExceededException", 402, "shed_load"],
  ["ThrottlingException", 429, "shed_load"],
  ["RuntimeClientError", 424, "hand_over"],
  ["InternalServerException", 500, "next_region"],
];

/** What Bedrock's stream may carry as `:exception-type`, but for validation, which is judged by its words. */
const IN_STREAM: readonly (readonly [name: string, action: Action])[] = [
  ["modelStreamErrorException", "hand_over"],
  ["modelTimeoutException", "hand_over"],
  ["throttlingException", "shed_load"],
  ["internalServerException", "next_region"],
  ["serviceUnavailableException", "next_region"],
];

/** What signatures are refused with. */
const SIGNATURES = [
  "ExpiredTokenException",
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "IncompleteSignatureException",
  "MissingAuthenticationTokenException",
  "InvalidClientTokenId",
  "OptInRequired",
];

const inTable = (name: string): Action | undefined => {
  const plain = name.replace(/(?:Exception|Error)$/, "").toLowerCase();
  return Object.entries(BY_NAME).find(([known]) => known.toLowerCase() === plain)?.[1].action;
};

describe("the table of failures", () => {
  it.each([...BEDROCK_DOOR, ...AGENTCORE_DOOR])("has %s (HTTP %i): %s", (name, status, action) => {
    expect(inTable(name)).toBe(action);
    const end = judgeRefusal({ type: "refused", status, errorType: name, message: "" });
    expect(end.type).toBe(ACTIONS[action].end);
  });

  it.each(IN_STREAM)("has %s in the stream: %s", (name, action) => {
    expect(inTable(name)).toBe(action);
    for (const stage of ["waiting", "begun", "worked"] as const)
      expect(judgeFailure({ name, message: "" }, stage)?.type).toBe(ACTIONS[action].end);
  });

  it.each(SIGNATURES)("stops at %s: the next request is signed by the same key", (name) => {
    expect(inTable(name)).toBe("stop");
  });

  it.each([400, 401, 402, 403, 404, 408, 409, 424, 429, 500, 502, 503, 504])("has HTTP %i", (status) => {
    expect(BY_STATUS[status]).toBeDefined();
  });

  it.each([1000, 1001, 1002, 1006, 1008, 1009, 1011, 1012, 1013])("has close code %i", (code) => {
    expect(BY_CLOSE[code]).toBeDefined();
  });

  it("gives every end that a stream may have, but for the one we asked for", () => {
    const ends = Object.values(ACTIONS).map(({ end }) => end);
    expect(new Set(ends)).toEqual(new Set([null, "lost", "unreachable", "busy", "refused", "filtered"]));
  });
});

describe("the operator's page", () => {
  const sections = readSections("operations.md");
  const told = (heading: string) => sectionOf(sections, heading).rows.map((row) => row.slice(0, 2));
  const words = (action: Action) => ACTIONS[action].words;
  const code = (text: string) => `\`${text}\``;

  it("tells what is done about each exception", () => {
    expect(told("By exception")).toEqual(
      Object.entries(BY_NAME).map(([name, { action }]) => [code(name), words(action)]),
    );
  });

  it("tells what is done about what validation exceptions say", () => {
    expect(told("By words")).toEqual(BY_WORDS.map(([said, { action }]) => [code(said), words(action)]));
  });

  it("tells what is done about each status", () => {
    expect(told("By HTTP status")).toEqual(
      Object.entries(BY_STATUS).map(([status, { action }]) => [status, words(action)]),
    );
  });

  it("tells what is done about each close code, at first and later", () => {
    expect(sectionOf(sections, "By close code").rows.map((row) => row.slice(0, 3))).toEqual(
      Object.entries(BY_CLOSE).map(([close, { atFirst, later }]) => [close, words(atFirst), words(later)]),
    );
  });

  it("tells what is done when the line itself fails", () => {
    expect(told("By what befell the line")).toEqual(
      Object.values(BY_LINE).map(({ told: what, action }) => [what, words(action)]),
    );
  });
});
