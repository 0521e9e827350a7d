/**
 * Tables in the pages of docs/, by the heading they stand under.
 */
import { readFileSync } from "node:fs";

export interface Section {
  readonly heading: string;
  readonly level: number;
  /** Rows of all tables of the section without their heads, cells trimmed. */
  readonly rows: readonly (readonly string[])[];
  readonly text: string;
}

export const readSections = (page: string): readonly Section[] => {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8");
  const parts = text.split(/^(#{1,6}) (.+)$/m);
  return Array.from({ length: (parts.length - 1) / 3 }, (_, index) => {
    const [marks = "", heading = "", body = ""] = parts.slice(index * 3 + 1);
    return { heading, level: marks.length, rows: rowsOf(body), text: body };
  });
};

export const sectionOf = (sections: readonly Section[], heading: string): Section => {
  const found = sections.filter((section) => section.heading === heading);
  if (found[0] === undefined || found.length > 1)
    throw new Error(`${found.length} sections are headed "${heading}"`);
  return found[0];
};

/** Sections of the next level below `heading`. */
export const sectionsUnder = (sections: readonly Section[], heading: string): readonly Section[] => {
  const start = sections.indexOf(sectionOf(sections, heading)) + 1;
  const level = sections[start - 1]?.level ?? 0;
  const stop = sections.findIndex((section, index) => index >= start && section.level <= level);
  return sections.slice(start, stop === -1 ? undefined : stop);
};

const rowsOf = (body: string): readonly (readonly string[])[] => {
  const lines = body.split("\n");
  return lines
    .filter(
      (line, index) =>
        line.startsWith("|") && !/^\|[ -]+-/.test(line) && !/^\|[ -]+-/.test(lines[index + 1] ?? ""),
    )
    .map((line) =>
      line
        .slice(1, line.lastIndexOf("|"))
        .split("|")
        .map((cell) => cell.trim()),
    );
};
