/**
 * Why AgentCore Memory did not do what it was asked, in the words of all stores.
 */
import { type CallFailure, describeCallFailure } from "../aws/call-failure.ts";
import { isBusy } from "../aws/try-again.ts";
import type { StoreFailure } from "./caller-store.ts";

export function storeFailure(failure: CallFailure): StoreFailure {
  const hint = failure.type === "refused" ? HINTS[failure.kind] : undefined;
  const cause = ["AgentCore Memory:", describeCallFailure(failure), ...(hint ? [hint] : [])].join(" ");
  return { type: typeOf(failure), cause };
}

function typeOf(failure: CallFailure): StoreFailure["type"] {
  switch (failure.type) {
    case "timeout":
    case "aborted":
      return "timeout";
    case "unreachable":
      return "unreachable";
    case "refused":
      if (isBusy(failure) || failure.kind === "quota") return "busy";
      return failure.kind === "server" ? "unreachable" : "refused";
    default:
      return "refused";
  }
}

const HINTS: Readonly<Record<string, string>> = {
  denied: "The credentials need the actions of AgentCore Memory on this memory: see docs/memory.md.",
  quota: "A quota of the account is used up: see Service Quotas.",
};
