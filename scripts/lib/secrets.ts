/**
 * The secrets of a deployed gateway, and which of them are not set yet.
 */
import * as z from "zod";
import { runCommand } from "./run-command.ts";

export interface Secret {
  readonly name: string;
  readonly what: string;
}

export const SECRETS: readonly Secret[] = [
  { name: "AWS_ACCESS_KEY_ID", what: "the key id of an IAM user who may call the model, and nothing else" },
  { name: "AWS_SECRET_ACCESS_KEY", what: "its secret" },
  {
    name: "API_KEYS",
    what: "keys for your servers, with commas, 16 characters or more each (openssl rand -hex 24)",
  },
  { name: "TICKET_SECRET", what: "32 random characters or more (openssl rand -hex 32)" },
];

const listSchema = z.array(z.object({ name: z.string() }));

/** Null when Cloudflare could not be asked. */
export const missingSecrets = async (): Promise<readonly string[] | null> => {
  const { code, output } = await runCommand("wrangler", [
    "secret",
    "list",
    "-c",
    "wrangler.toml",
    "--format",
    "json",
  ]);
  if (code !== 0) return null;
  try {
    const set = listSchema.parse(JSON.parse(output)).map(({ name }) => name);
    return SECRETS.map(({ name }) => name).filter((name) => !set.includes(name));
  } catch {
    return null;
  }
};
