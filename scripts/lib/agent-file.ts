/**
 * The agents of a file: exported by TypeScript, one by one or in lists, or written in a JSON document.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { AgentDefinition } from "../../src/agent/agent.ts";
import { agentFromJson } from "../../src/agent/agent-document.ts";
import { parseJson } from "../../src/base/parse-json.ts";
import { err, ok, type Result } from "../../src/base/result.ts";
import { jsonFault } from "./json-fault.ts";

/** The error says what is wrong and how to mend it, an agent's own mistakes in as many lines as there are. */
export async function agentsIn(file: string): Promise<Result<readonly AgentDefinition[], string>> {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), file);
  if (!existsSync(path)) return err(`There is no file ${file}.`);
  if (!statSync(path).isFile())
    return err(`${file} is a folder: name a file in it, such as ${file.replace(/\/$/, "")}/index.ts.`);
  switch (extname(path)) {
    case ".json":
      return written(path, file);
    case ".ts":
    case ".mts":
    case ".js":
    case ".mjs":
      return exported(path, file);
    default:
      return err(`${file} is neither TypeScript (.ts) nor JSON (.json).`);
  }
}

function written(path: string, file: string): Result<readonly AgentDefinition[], string> {
  const text = readFileSync(path, "utf8");
  const document = parseJson(text);
  if (!document.ok) {
    const fault = jsonFault(text);
    if (fault === null) return err(`${file} cannot be read: it is ${document.error}.`);
    const { line, column, expected } = fault;
    return err(`${file}:${line}:${column} is not JSON: here must be ${expected}.`);
  }
  try {
    return ok([agentFromJson(document.value)]);
  } catch (error) {
    return err(whatWasThrown(error, file));
  }
}

async function exported(path: string, file: string): Promise<Result<readonly AgentDefinition[], string>> {
  standInForWorkers();
  let found: unknown[];
  try {
    found = Object.values(await import(pathToFileURL(path).href));
  } catch (error) {
    return err(whatWasThrown(error, file));
  }
  const agents = [...new Set(found.flat().filter(isAgent))];
  return agents.length === 0
    ? err(`${file} exports no agent: export what defineAgent({…}) gives back, or a list of such.`)
    : ok(agents);
}

const isAgent = (value: unknown): value is AgentDefinition =>
  typeof value === "object" &&
  value !== null &&
  ["name", "segments", "start", "tools", "facts", "warnings"].every((member) => member in value);

/** An agent's mistakes are whole sentences already. */
function whatWasThrown(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `${file} cannot be read: it threw ${String(error)}.`;
  if (error.name === "AgentError") return error.message;
  const [line = ""] = error.message.split("\n");
  return `${file} cannot be read: ${error.name === "Error" ? "" : `${error.name}: `}${line}`;
}

/** What an agent imports may extend classes that only Workers have. Here nobody runs them. */
const WORKERS = `
export class DurableObject {}
export class WorkerEntrypoint {}
export class WorkflowEntrypoint {}
export class RpcTarget {}
export class RpcStub {}
export const env = {};
export const exports = {};
export const waitUntil = () => {};
`;

function standInForWorkers(): void {
  const url = `data:text/javascript,${encodeURIComponent(WORKERS)}`;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === "cloudflare:workers" ? { url, shortCircuit: true } : next(specifier, context),
  });
}
