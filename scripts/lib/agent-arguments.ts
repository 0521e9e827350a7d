/**
 * What `npm run agent` can be told.
 */
import { parseArgs } from "node:util";
import { err, ok, type Result } from "../../src/base/result.ts";

export const AGENT_HELP = `npm run agent -- check <file> [--markdown]: shows the agents of a file as a picture in text, with the
  boundaries of their segments and tools. The file is TypeScript that exports them, or a JSON document.
npm run agent -- schema [file]: writes agents/agent.schema.json, by which editors know what a JSON document may say.

  --markdown   a page of it
  --help       this`;

export type AgentArguments =
  | { readonly command: "help" }
  | { readonly command: "schema"; readonly file: string | null }
  | { readonly command: "check"; readonly file: string; readonly markdown: boolean };

const HINT = "(npm run agent -- --help says more)";

/** The error is one line. */
export function parseAgentArguments(args: readonly string[]): Result<AgentArguments, string> {
  const read = readFlags(args);
  if (!read.ok) return read;
  const { values, positionals } = read.value;
  if (values.help) return ok({ command: "help" });
  const [command, file, ...more] = positionals;
  switch (command) {
    case "schema":
      return more.length === 0 && !values.markdown
        ? ok({ command, file: file ?? null })
        : err(`schema takes a file and nothing more ${HINT}`);
    case "check":
      if (file === undefined)
        return err("Which file? npm run agent -- check agents/first.ts (npm run agent -- --help says more)");
      if (more.length > 0)
        return err(`One file at a time: ${more.join(", ")} cannot be checked as well ${HINT}`);
      return ok({ command, file, markdown: values.markdown ?? false });
    case undefined:
      return err(`What about agents? Choose check or schema ${HINT}`);
    default:
      return err(`There is no command "${command}": choose check or schema ${HINT}`);
  }
}

function readFlags(args: readonly string[]) {
  try {
    return ok(
      parseArgs({
        args: [...args],
        allowPositionals: true,
        options: { markdown: { type: "boolean" }, help: { type: "boolean", short: "h" } },
      }),
    );
  } catch (error) {
    return err(`${error instanceof Error ? error.message : String(error)} ${HINT}`);
  }
}
