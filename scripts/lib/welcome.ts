/**
 * The one block that `npm start` prints when everything is well.
 */
import type { Upstream } from "./settings.ts";
import { duration } from "./terminal.ts";

export interface WelcomeFacts {
  readonly readyMs: number;
  readonly port: number;
  readonly emulatorPort: number;
  readonly upstream: Upstream;
  /** Whether the emulator understands speech; null when it could not be asked. */
  readonly recognises: boolean | null;
  /** Names of the tool Workers. */
  readonly tools: readonly string[];
  readonly settingsFile: string;
}

export const welcome = (facts: WelcomeFacts): string => {
  const tools = facts.tools.length === 0 ? "" : ` and the tool Workers (${facts.tools.join(", ")})`;
  const rows: readonly (readonly [string, string])[] = [
    ["Talk", `http://localhost:${facts.port}`],
    ["Real", `the gateway${tools} in workerd, Cloudflare's runtime${real(facts.upstream)}`],
    ...stream(facts),
    ["End", "Ctrl-C"],
  ];
  const lines = rows.map(([name, text]) => `  ${name.padEnd(10)}${text}`);
  return `\nAntiphon is ready (${duration(facts.readyMs)}).\n\n${lines.join("\n")}\n`;
};

const real = (upstream: Upstream): string => {
  if (upstream.type === "emulator") return "";
  if (upstream.type === "endpoint") return `; the speech model at ${upstream.url}`;
  return `; Nova Sonic on AWS${upstream.region === null ? "" : ` in ${upstream.region}`}, billed to your account`;
};

/** Without a recogniser the emulator knows that somebody speaks, and for how long, but not the words. */
const DEAF = [
  ["", "It hears you speak but knows no words yet: type, or install a speech recogniser"],
  ["", "(Debian: apt-get install pocketsphinx pocketsphinx-en-us)"],
] as const;

const stream = (facts: WelcomeFacts): readonly (readonly [string, string])[] => {
  if (facts.upstream.type !== "emulator") {
    return [["Emulate", `remove the AWS settings from ${facts.settingsFile} and start again`]];
  }
  return [
    ["Emulated", `Nova Sonic, at http://localhost:${facts.emulatorPort}; nothing leaves this machine`],
    ...(facts.recognises === false ? DEAF : []),
    [
      "Use AWS",
      `put AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY into ${facts.settingsFile} and start again;`,
    ],
    ["", "npm run doctor proves them first"],
  ];
};
