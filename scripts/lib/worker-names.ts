/**
 * Checks, before anything starts or is deployed, that the Workers here have names and different ones, and that the
 * gateway binds to Workers that are here. Wrangler is silent about all three.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nearMiss } from "../../src/agent/near-miss.ts";
import { toolWorkers } from "./root.ts";

export interface WorkerNames {
  /** What cannot be started or deployed; null when all is well. One line with its mend. */
  readonly refused: string | null;
  /** What may be meant so. One line each. */
  readonly warnings: readonly string[];
}

const GATEWAY = "wrangler.toml";

export const checkWorkerNames = (root: string): WorkerNames => {
  const read = (config: string): string => readFileSync(join(root, config), "utf8");
  const named = [GATEWAY, ...toolWorkers(root).map(({ config }) => config)].map((config) => ({
    config,
    name: nameIn(read(config)),
  }));
  const first = new Map<string, string>();
  for (const { config, name } of named) {
    if (name === "") return refuse(`${config} gives its Worker no name: write name = "…" on its first line.`);
    const other = first.get(name);
    if (other !== undefined)
      return refuse(
        `${other} and ${config} both name their Worker "${name}": give each folder a name of its own.`,
      );
    first.set(name, config);
  }
  const here = named.map(({ name }) => name);
  const warnings = servicesIn(read(GATEWAY))
    .filter(({ service }) => !here.includes(service))
    .map(({ binding, service }) => {
      const near = nearMiss(service, here.slice(1));
      const hint =
        near === null ? "It is found only if it is deployed elsewhere." : `Did you mean "${near}"?`;
      return `${GATEWAY} binds ${binding} to "${service}", but no folder of examples/ has a Worker of that name. ${hint}`;
    });
  return { refused: null, warnings };
};

/** The tool Workers, each after those that it is bound to: a binding needs something to be bound to. */
export const inOrderOfBindings = (root: string): ReturnType<typeof toolWorkers> => {
  const left = toolWorkers(root).map((worker) => {
    const toml = readFileSync(join(root, worker.config), "utf8");
    return { worker, name: nameIn(toml), needs: servicesIn(toml).map(({ service }) => service) };
  });
  const ordered: (typeof left)[number][] = [];
  while (left.length > 0) {
    const waiting = left.map(({ name }) => name);
    const free = left.findIndex(({ name, needs }) =>
      needs.every((need) => need === name || !waiting.includes(need)),
    );
    // In a ring of bindings none is free, and one order is as good as another.
    ordered.push(...left.splice(Math.max(0, free), 1));
  }
  return ordered.map(({ worker }) => worker);
};

const refuse = (refused: string): WorkerNames => ({ refused, warnings: [] });

/** The lines of a TOML file that hold something, each with the header it stands under; "" at the top. */
const linesOf = (
  toml: string,
): readonly { readonly header: string; readonly at: number; readonly text: string }[] => {
  let header = "";
  let at = 0;
  return toml.split(/\r?\n/).flatMap((raw) => {
    const text = raw.trim();
    const opened = /^(\[\[?[^[\]]+\]\]?)\s*(?:#.*)?$/.exec(text)?.[1];
    if (opened !== undefined) {
      header = opened.replace(/\s/g, "");
      at += 1;
    }
    return text === "" || text.startsWith("#") ? [] : [{ header, at, text }];
  });
};

/** The value of `key = "value"`, or null. */
const textOf = (key: string, text: string): string | null =>
  new RegExp(`(?:^|[{,\\s])"?${key}"?\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    .exec(text)
    ?.slice(1)
    .find((part) => part !== undefined) ?? null;

const nameIn = (toml: string): string =>
  linesOf(toml)
    .filter(({ header }) => header === "")
    .map(({ text }) => (/^"?name"?\s*=/.test(text) ? textOf("name", text) : null))
    .find((name) => name !== null)
    ?.trim() ?? "";

interface Service {
  readonly binding: string;
  readonly service: string;
}

/** Under `[[services]]`, a table each, or in `services = [{ binding = "A", service = "b" }]`. */
const servicesIn = (toml: string): readonly Service[] => {
  const lines = linesOf(toml);
  const tables = new Map<number, string>();
  for (const { header, at, text } of lines) {
    if (header === "[[services]]") tables.set(at, `${tables.get(at) ?? ""} ${text}`);
  }
  const inline = lines
    .filter(({ header }) => header === "")
    .map(({ text }) => text)
    .join(" ")
    .match(/\bservices\s*=\s*\[(.*?)\]/)?.[1];
  return [...tables.values(), ...(inline?.match(/\{[^}]*\}/g) ?? [])].flatMap((text) => {
    const binding = textOf("binding", text);
    const service = textOf("service", text);
    return binding === null || service === null ? [] : [{ binding, service }];
  });
};
