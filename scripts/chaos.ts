/**
 * `npm run chaos`: breaks everything beneath many calls and keeps score. What the numbers mean: docs/reliability.md.
 */
import { run } from "../chaos/run.ts";

process.exit(await run(process.argv.slice(2)));
