/**
 * `npm run deploy`: the tool Workers first, for the gateway's service bindings name them, then the gateway. With
 * --dry-run everything is built and checked and nothing leaves this machine.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ROOT } from "./lib/root.ts";
import { runCommand } from "./lib/run-command.ts";
import { missingSecrets, SECRETS } from "./lib/secrets.ts";
import { say, stopWith } from "./lib/terminal.ts";
import { checkWorkerNames, inOrderOfBindings } from "./lib/worker-names.ts";

const DEPLOY_HELP =
  "npm run deploy [-- --dry-run]: deploys the tool Workers of examples/ and then the gateway; --dry-run only builds them.";
/** Wrangler's words about itself. */
const ASIDE = /^If you think this is a bug/;

const args = process.argv.slice(2);
if (args.includes("--help") || args.includes("-h")) {
  say(DEPLOY_HELP);
  process.exit(0);
}
const dryRun = args.includes("--dry-run");
const unknown = args.filter((arg) => arg !== "--dry-run");
if (unknown.length > 0) stopWith(`${unknown.join(" ")} is not understood: npm run deploy [-- --dry-run]`);
const names = checkWorkerNames(ROOT);
if (names.refused !== null) stopWith(names.refused);
for (const warning of names.warnings) say(warning);

const directory = mkdtempSync(join(tmpdir(), "antiphon-deploy-"));
process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
const workers = [...inOrderOfBindings(ROOT), { name: "gateway", config: "wrangler.toml" }];
for (const { name, config } of workers) {
  say(`${dryRun ? "Building" : "Deploying"} ${name}`);
  const dry = dryRun ? ["--dry-run", "--outdir", join(directory, name)] : [];
  // Live: a first deployment asks its builder to log in.
  const { code, output } = await runCommand("wrangler", ["deploy", "-c", config, ...dry], { live: !dryRun });
  if (code !== 0)
    stopWith(
      `${spoken(output)}${name} was not ${dryRun ? "built" : "deployed"}; nothing after it was tried.`,
    );
}

if (dryRun) {
  say(`\nBuilt ${workers.map(({ name }) => name).join(", ")}; nothing was deployed.`);
} else {
  const missing = await missingSecrets();
  if (missing !== null && missing.length === 0) {
    say("\nDeployed, and every secret it needs is set. GET /healthz says how it is.");
    process.exit(0);
  }
}
say("\nSecrets the gateway needs, each set once:");
for (const { name, what } of SECRETS) say(`  npx wrangler secret put ${name.padEnd(22)} ${what}`);
say("GET /healthz of the deployed gateway says what is still missing.");

function spoken(output: string): string {
  const lines = stripVTControlCharacters(output).split("\n");
  return lines.filter((line) => !ASIDE.test(line.trimStart())).join("\n");
}
