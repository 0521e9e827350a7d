/**
 * What leads where, as a tree that begins where a session does. A segment that is on it already is named again with ↑
 * and not followed twice.
 */
import type { AgentDefinition } from "../../src/agent/agent.ts";
import type { SegmentDefinition } from "../../src/agent/segment.ts";
import { budgetWords, wayWords } from "./agent-words.ts";
import { labelled, WIDTH } from "./text-box.ts";

interface Line {
  /** What is drawn, with the segment's name. */
  readonly drawn: string;
  /** What stands below it, while its words go on. */
  readonly trunk: string;
  readonly words: string;
}

/** In as many lines as it takes, at most `WIDTH` wide. */
export function agentMap({ segments, start }: AgentDefinition): readonly string[] {
  const seen = new Set<string>();
  const lines = [
    ...tree(start, segments, seen, "a session begins here"),
    ...segments
      .map(({ name }) => name)
      .flatMap((name) => (seen.has(name) ? [] : tree(name, segments, seen, "only an operator leads here"))),
  ];
  const width = Math.min(Math.max(...lines.map(({ drawn }) => drawn.length)) + 3, Math.floor(WIDTH / 2));
  return lines.flatMap(({ drawn, trunk, words }) =>
    labelled(drawn, words, width, WIDTH).map((line, index) =>
      index === 0 ? line : trunk + line.slice(trunk.length),
    ),
  );
}

const tree = (
  root: string,
  segments: readonly SegmentDefinition[],
  seen: Set<string>,
  words: string,
): readonly Line[] => {
  seen.add(root);
  return [{ drawn: root, trunk: "", words }, ...branches(root, segments, seen, "")];
};

function branches(
  name: string,
  segments: readonly SegmentDefinition[],
  seen: Set<string>,
  trunk: string,
): readonly Line[] {
  const ways = waysFrom(segments.find((one) => one.name === name));
  return ways.flatMap(({ to, words }, index) => {
    const isLast = index === ways.length - 1;
    const below = `${trunk}${isLast ? "    " : "│   "}`;
    const known = seen.has(to);
    seen.add(to);
    const line = { drawn: `${trunk}${isLast ? "└" : "├"}─▶ ${to}${known ? " ↑" : ""}`, trunk: below, words };
    return known ? [line] : [line, ...branches(to, segments, seen, below)];
  });
}

const waysFrom = (segment: SegmentDefinition | undefined) =>
  segment === undefined
    ? []
    : [
        ...segment.goesTo.map((edge) => ({ to: edge.to, words: wayWords(edge) })),
        ...(segment.budget === null
          ? []
          : [{ to: segment.budget.to, words: `after ${budgetWords(segment.budget)}` }]),
      ];
