/**
 * Which room may import which. Imports point at the core: the table is the design, written down once.
 */
import { posix } from "node:path";
import type { SourceFile } from "./source-files.ts";

/** Each room of src/ with the other rooms it may import. `index` and `worker` are the two files at the top of src/. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  audio: ["base"],
  agent: ["base"],
  aws: ["base"],
  conversation: ["base", "audio", "agent"],
  dialect: ["base", "audio", "conversation"],
  model: ["base", "audio", "agent", "aws", "conversation"],
  tools: ["base", "agent", "aws", "conversation"],
  memory: ["base", "agent", "aws", "conversation"],
  durable: ["base", "audio", "agent", "aws", "conversation", "dialect", "model", "tools", "memory"],
  edge: ["base", "audio", "agent", "aws", "conversation", "dialect", "model", "tools", "memory", "durable"],
  index: [
    ...["base", "audio", "agent", "aws", "conversation", "dialect", "model", "tools", "memory"],
    ...["durable", "edge"],
  ],
  worker: ["index"],
};

/** Outside src/: where a folder's files may reach, beyond themselves. */
const OUTSIDE: readonly { readonly folder: string; readonly may: (target: string) => boolean }[] = [
  // An example's agents are served like the builder's own.
  {
    folder: "agents",
    may: (target) => target === "src/index.ts" || /^examples\/[^/]+\/agents\//.test(target),
  },
  { folder: "examples", may: (target) => target === "src/index.ts" },
  { folder: "emulator", may: () => false },
  // The page speaks the protocol, and may share its schemas.
  { folder: "console", may: (target) => /^src\/(dialect|audio|base)\//.test(target) },
];

export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const STATEMENT = /^\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** The imports of a file: statements, re-exports, and dynamic imports of a literal. */
export const importsOf = (text: string): readonly Import[] => [
  ...[...text.matchAll(STATEMENT)].map(([, type, specifier = ""]) => ({
    specifier,
    typeOnly: type !== undefined,
  })),
  ...[...text.matchAll(DYNAMIC)].map(([, specifier = ""]) => ({ specifier, typeOnly: false })),
];

/** Every import that breaks a rule, as a sentence. `packages` are the run-time dependencies. */
export const violations = (files: readonly SourceFile[], packages: readonly string[]): readonly string[] =>
  files.flatMap(({ path, text }) =>
    importsOf(text).flatMap(({ specifier }) => {
      const complaint = specifier.startsWith(".")
        ? checkRelative(path, posix.normalize(posix.join(posix.dirname(path), specifier)))
        : checkPackage(path, specifier, packages);
      return complaint === null ? [] : [`${path} imports ${specifier}: ${complaint}`];
    }),
  );

const checkRelative = (from: string, target: string): string | null => {
  if (!/\.(ts|json|css|html|wasm|bin)$/.test(target)) return "imports carry their extension";
  if (from.startsWith("src/")) return checkInside(from, target);
  const rule = OUTSIDE.find(({ folder }) => from.startsWith(`${folder}/`));
  if (rule === undefined || target.startsWith(`${rule.folder}/`) || rule.may(target)) return null;
  return `${rule.folder}/ may not reach there`;
};

const checkInside = (from: string, target: string): string | null => {
  const room = roomOf(from);
  if (target.startsWith("agents/")) return room === "worker" ? null : "only worker.ts knows the agents";
  if (!target.startsWith("src/")) return "nothing in src/ may reach outside it";
  const other = roomOf(target);
  if (ROOMS[other] === undefined) return `${other} is no room of the house`;
  if (room === other || ROOMS[room]?.includes(other)) return null;
  return `${room} may import ${ROOMS[room]?.join(", ") || "no other room"}`;
};

const checkPackage = (from: string, specifier: string, packages: readonly string[]): string | null => {
  if (!from.startsWith("src/")) return null;
  if (specifier.startsWith("node:") || specifier.startsWith("cloudflare:")) return null;
  return packages.some((name) => specifier === name || specifier.startsWith(`${name}/`))
    ? null
    : "it is not a run-time dependency in package.json";
};

/** `src/edge/routes.ts` is in `edge`; `src/index.ts` is `index`. */
const roomOf = (path: string): string => (path.split("/")[1] ?? "").replace(/\.ts$/, "");

/** Files that import each other in a ring, by value; imports of types alone cost nothing at run time. */
export const rings = (files: readonly SourceFile[]): readonly string[] => {
  const graph = new Map(
    files.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter(({ specifier, typeOnly }) => specifier.startsWith(".") && !typeOnly)
        .map(({ specifier }) => posix.normalize(posix.join(posix.dirname(path), specifier))),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      found.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
      return;
    }
    if (done.has(path)) return;
    done.add(path);
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
};
