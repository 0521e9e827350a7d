/**
 * How an agent names what is elsewhere: its address, and how one proves who one is there.
 */
import { isLoopbackHost } from "../base/loopback.ts";
import { err, ok, type Result } from "../base/result.ts";

/** A value, or the name of the gateway's setting that holds it, where it differs from one deployment to the next. */
export type Configured = string | { readonly setting: string };

/** How a call is authorised. */
export type Auth =
  | "none"
  /** `Authorization: Bearer` with the value of that setting. */
  | { readonly bearer: { readonly setting: string } }
  /** Signed with the gateway's AWS credentials; by default for AgentCore, in the agent's region. */
  | { readonly sigv4: { readonly region?: string; readonly service?: string } };

/** Facts that leave the house with every call, by name: secret ones too, when they are named. By default none. */
export type Tells = readonly string[];

export const SETTING_NAME = /^[A-Z][A-Z0-9_]{0,63}$/;

/** An address that calls may go to, or what is wrong with it. In clear text only this machine is called. */
export function remoteUrl(text: string): Result<string, string> {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return err("it is not an http(s) URL");
  if (url.username !== "" || url.password !== "") return err("it carries a user name or password");
  if (url.hash !== "") return err("it has a fragment");
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname)) return err("it is not encrypted");
  return ok(url.href);
}

export const isConfigured = (value: unknown): value is Configured =>
  typeof value === "string" ||
  (typeof value === "object" && value !== null && "setting" in value && typeof value.setting === "string");
