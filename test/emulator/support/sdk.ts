/**
 * The official AWS SDK, unmodified: its Node build as installed, and its browser build as a bundler makes it.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as NodeBuild from "@aws-sdk/client-bedrock-runtime";
import { build } from "esbuild";

type Sdk = typeof NodeBuild;

/**
 * Bundles `@aws-sdk/client-bedrock-runtime` for the browser, following the package's own `browser` field, and loads it.
 * In this build the SDK speaks to Bedrock through the global `WebSocket`.
 */
export async function loadBrowserBuild(): Promise<Sdk> {
  const folder = await mkdtemp(join(tmpdir(), "sdk-browser-"));
  const outfile = join(folder, "client-bedrock-runtime.mjs");
  try {
    await build({
      stdin: {
        contents: 'export * from "@aws-sdk/client-bedrock-runtime";',
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      platform: "browser",
      format: "esm",
      outfile,
      logLevel: "error",
    });
    return await import(/* @vite-ignore */ pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}
