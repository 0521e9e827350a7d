/**
 * `npm run agent`: shows an agent as it will be served, before it is; and writes the schema for those that are JSON.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentSchema } from "../src/agent/agent-document.ts";
import { AGENT_HELP, parseAgentArguments } from "./lib/agent-arguments.ts";
import { agentsIn } from "./lib/agent-file.ts";
import { agentPage } from "./lib/agent-page.ts";
import { agentPicture } from "./lib/agent-picture.ts";
import { ROOT } from "./lib/root.ts";
import { say, stopWith } from "./lib/terminal.ts";

const SCHEMA = "agents/agent.schema.json";

const wanted = parseAgentArguments(process.argv.slice(2));
if (!wanted.ok) {
  process.stderr.write(`${wanted.error}\n`);
  process.exit(2);
}
switch (wanted.value.command) {
  case "help":
    say(AGENT_HELP);
    break;
  case "schema":
    writeSchema(wanted.value.file ?? join(ROOT, SCHEMA));
    say(`Wrote ${wanted.value.file ?? SCHEMA}. Name it in a document: "$schema": "./agent.schema.json".`);
    break;
  case "check": {
    const agents = await agentsIn(wanted.value.file);
    if (!agents.ok) stopWith(agents.error);
    say(agents.value.map(wanted.value.markdown ? agentPage : agentPicture).join("\n\n"));
  }
}

function writeSchema(path: string): void {
  try {
    writeFileSync(path, `${JSON.stringify(agentSchema(), null, 2)}\n`);
  } catch (error) {
    stopWith(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
