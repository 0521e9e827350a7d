/**
 * What callers, sessions and namespaces are called in AgentCore Memory. No name tells who somebody is, and no two
 * callers, of one tenant or of two, have the same.
 */
import { createHash } from "node:crypto";
import { err, ok, type Result } from "../base/result.ts";
import type { CallerKey } from "./caller-store.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * The actor id. JSON keeps tenant and caller apart, however they are spelled; all ids are of one length, so that none
 * is the beginning of another.
 */
export const actorOf = ({ tenant, caller }: CallerKey): string =>
  `caller-${sha256(JSON.stringify([tenant, caller]))}`;

/** AgentCore's own rule for session ids. */
const TAKEN = /^[a-zA-Z0-9][\w-]{0,99}$/;

/** The session's own id where AgentCore takes it. */
export const agentCoreSession = (session: string): string =>
  TAKEN.test(session) ? session : `session-${sha256(session)}`;

/** The agent's name as metadata of an event, in the characters that it may have. */
export const metadataText = (text: string): string => text.replace(/[^\w\s.:/=+@-]/g, "_").slice(0, 256);

/** Where records of one caller lie. */
export interface Namespace {
  /** As the agent names it: what it is for can be told from its words. */
  readonly template: string;
  /** Everything of the caller's in it lies here or below. */
  readonly path: string;
}

const PATH = /^[a-zA-Z0-9/][\w/:-]{0,1023}$/;

/**
 * Namespaces with the caller filled in. What differs within one caller's, as `{sessionId}` does, ends the path. The
 * error says which would hold more than one caller's records, or is none.
 */
export function namespacesOf(
  templates: readonly string[],
  actor: string,
): Result<readonly Namespace[], string> {
  const named: Namespace[] = [];
  for (const template of templates) {
    const path = template.replaceAll("{actorId}", actor).replace(/[^/]*\{.*$/s, "");
    if (!path.split("/").some((part) => part.includes(actor)))
      return err(`the namespace ${template} does not name {actorId} before anything else that varies`);
    if (!PATH.test(path)) return err(`the namespace ${template} has characters that AgentCore does not take`);
    named.push({ template, path });
  }
  return ok(named);
}

/** Whether a record's namespace is the path or lies below it: compared part by part, as AgentCore does. */
export const isWithin = (namespace: string, { path }: Namespace): boolean => {
  const own = partsOf(namespace);
  return partsOf(path).every((part, index) => own[index] === part);
};

const partsOf = (path: string): readonly string[] => path.split("/").filter((part) => part !== "");
