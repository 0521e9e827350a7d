/**
 * `npm run types`: writes worker-configuration.d.ts, the types of this Worker's bindings and of the runtime at our
 * compatibility date. `npm test` does the same when it is stale.
 */
import { runCommand } from "./lib/run-command.ts";
import { typesArguments } from "./lib/steps.ts";

process.exit((await runCommand("wrangler", typesArguments(), { live: true })).code);
