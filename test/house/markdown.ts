/**
 * What the docs test needs to know of a Markdown page: its links, its headings, its code.
 */

export interface Fence {
  /** Counted from 1. */
  readonly line: number;
  /** What stands after the backticks: `ts`, `ts agents/weather.ts`, `sh`. */
  readonly info: string;
  readonly code: string;
}

export interface Page {
  /** Targets of `[text](target)` and `[label]: target`. */
  readonly links: readonly string[];
  /** Anchors of the headings, as GitHub writes them. */
  readonly anchors: readonly string[];
  /** Inline code outside fences. */
  readonly inlineCode: readonly string[];
  readonly fences: readonly Fence[];
}

export const readPage = (text: string): Page => {
  const { prose, fences } = splitFences(text);
  const plain = prose.replace(/`[^`\n]*`/g, "");
  return {
    links: [
      ...[...plain.matchAll(/\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map(([, target = ""]) => target),
      ...[...plain.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)].map(([, target = ""]) => target),
    ],
    anchors: [...prose.matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, heading = ""]) => anchor(heading)),
    inlineCode: [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code),
    fences,
  };
};

const anchor = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");

const splitFences = (text: string): { readonly prose: string; readonly fences: readonly Fence[] } => {
  const prose: string[] = [];
  const fences: Fence[] = [];
  let open: { line: number; info: string; mark: string; code: string[] } | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const [, mark = "", info = ""] = /^\s*(`{3,}|~{3,})\s*(.*)$/.exec(line) ?? [];
    if (open !== null && mark !== "" && mark.startsWith(open.mark) && info === "") {
      fences.push({ line: open.line, info: open.info, code: open.code.join("\n") });
      open = null;
    } else if (open !== null) open.code.push(line);
    else if (mark !== "") open = { line: index + 1, info: info.trim(), mark, code: [] };
    else prose.push(line);
  }
  return { prose: prose.join("\n"), fences };
};
