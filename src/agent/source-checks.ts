/**
 * What every source of tools is checked for: names, addresses, settings, and words on its calls.
 */
import type * as z from "zod";
import { explain } from "../base/explain.ts";
import type { Selected } from "./agent.ts";
import type { AgentProblem } from "./agent-error.ts";
import { CALL_OPTIONS } from "./call-policy.ts";
import type { Selection } from "./mcp-list.ts";
import { type Auth, type Configured, isConfigured, remoteUrl, SETTING_NAME, type Tells } from "./remote.ts";

/** What Nova takes as a tool's name (AWS answers anything else with a 400); the length is ours. */
export const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const BINDING_NAME = /^[A-Za-z_$][\w$]*$/;

export const A_TOOL_NAME = 'A tool\'s name is 1 to 64 letters, digits, _ and -, such as "get_balance"';

/** Names so far, and where. What a binding or a server offers is not known yet; the tool box settles those. */
export type Taken = Map<string, string>;

export function claim(what: string, place: string, taken: Taken, problems: AgentProblem[]): void {
  const first = taken.get(what);
  if (first === undefined) taken.set(what, place);
  else problems.push({ place, wrong: `${what} is listed already`, right: `${first} has it; name it once` });
}

export function checkBindingName(name: string, place: string, problems: AgentProblem[]): void {
  if (BINDING_NAME.test(name)) return;
  problems.push({
    place,
    wrong: `${show(name)} cannot be a binding's name`,
    right: 'Use the name under [[services]] in wrangler.toml, such as "BANK_TOOLS"',
  });
}

export function checkToolName(name: string, place: string, problems: AgentProblem[]): void {
  if (!TOOL_NAME.test(name))
    problems.push({ place, wrong: `${show(name)} is no tool's name`, right: A_TOOL_NAME });
}

/** Takes over what was selected. `anyName`: a server's own names may be what no model takes, if they are renamed. */
export function selected(
  { only, rename, calls }: Selection | Selected,
  place: string,
  anyName: boolean,
  taken: Taken,
  problems: AgentProblem[],
): Selected {
  for (const [index, name] of (only ?? []).entries()) {
    if (!anyName && !TOOL_NAME.test(name)) checkToolName(name, `${place}.only[${index}]`, problems);
  }
  for (const [name, offered] of Object.entries(rename ?? {})) {
    const at = `${place}.rename.${name}`;
    checkToolName(offered, at, problems);
    claim(`tool "${offered}"`, at, taken, problems);
    if (only && !only.includes(name))
      problems.push({
        place: at,
        wrong: "it is renamed and not offered",
        right: `Put ${show(name)} into only`,
      });
  }
  for (const [name, options] of Object.entries(calls ?? {}))
    checkCall(options, `${place}.calls.${name}`, problems);
  return {
    only: only ?? null,
    ...(rename === undefined ? {} : { rename }),
    ...(calls === undefined ? {} : { calls }),
  };
}

/** What an agent, or a tool in its list, says of calls. */
export function checkCall(options: unknown, place: string, problems: AgentProblem[]): void {
  const parsed = CALL_OPTIONS.safeParse(options);
  if (!parsed.success) problems.push(callProblem(parsed.error, place));
  else if (parsed.data.cache && parsed.data.idempotent === false)
    problems.push({
      place,
      wrong: "its answers are kept, and it must not happen twice",
      right: "Give cache to what only looks things up, idempotent: false to what changes them",
    });
}

const callProblem = (error: z.ZodError, place: string): AgentProblem => ({
  place,
  wrong: explain(error, "it"),
  right: "Give cache: { freshMs }, invalidates: [names], idempotent: false, onceWithinMs, timeoutMs",
});

export function checkUrl(url: Configured, place: string, problems: AgentProblem[]): void {
  if (!checkConfigured(url, place, problems) || typeof url !== "string") return;
  const checked = remoteUrl(url);
  if (!checked.ok)
    problems.push({
      place,
      wrong: checked.error,
      right: 'Give an https URL, or { setting: "NAME" } that holds one',
    });
}

/** Whether it is a value or names a setting. */
export function checkConfigured(value: Configured, place: string, problems: AgentProblem[]): boolean {
  if (!isConfigured(value)) {
    problems.push({
      place,
      wrong: `${show(value)} will not do`,
      right: 'Give a text, or { setting: "NAME" }',
    });
    return false;
  }
  if (typeof value !== "string") checkSetting(value.setting, `${place}.setting`, problems);
  return true;
}

export function checkAuth(auth: Auth, place: string, problems: AgentProblem[]): void {
  if (auth === "none") return;
  const given: { readonly bearer?: { readonly setting?: unknown }; readonly sigv4?: unknown } = auth;
  if (typeof given === "object" && given !== null) {
    if (given.bearer) return checkSetting(given.bearer.setting, `${place}.bearer.setting`, problems);
    if (typeof given.sigv4 === "object" && given.sigv4 !== null) return;
  }
  problems.push({
    place,
    wrong: `${show(auth)} will not do`,
    right: 'Give "none", { bearer: { setting: "NAME" } } or { sigv4: {} }',
  });
}

/** Facts that are told elsewhere, as a source's member: left out when there are none. */
export function tellsOf(
  { tells }: { readonly tells?: Tells },
  place: string,
  problems: AgentProblem[],
): { readonly tells?: Tells } {
  if (tells === undefined) return {};
  if (Array.isArray(tells) && tells.every((name) => typeof name === "string")) return { tells };
  problems.push({
    place: `${place}.tells`,
    wrong: `${show(tells)} will not do`,
    right: 'Give the names of facts, such as ["customer"]',
  });
  return {};
}

function checkSetting(name: unknown, place: string, problems: AgentProblem[]): void {
  if (typeof name === "string" && SETTING_NAME.test(name)) return;
  // Whoever puts the token itself here must not read it again in an error.
  problems.push({
    place,
    wrong: "it is no setting's name",
    right: 'Name the setting that holds it, such as "GATEWAY_TOKEN"',
  });
}

export const show = (value: unknown): string => JSON.stringify(value) ?? String(value);
