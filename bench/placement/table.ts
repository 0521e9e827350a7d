/**
 * Reads the tables of published numbers in bench/placement/data: comma separated, lines that begin with # are notes.
 */
import { readFileSync } from "node:fs";

/** Rows as objects by the names in the first line. */
export const readTable = (name: string): readonly Readonly<Record<string, string>>[] => {
  const text = readFileSync(new URL(`./data/${name}`, import.meta.url), "utf8");
  const [head = "", ...lines] = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const names = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((column, index) => [column, cells[index] ?? ""]));
  });
};

/** A cell that must be there. */
export const cell = (row: Readonly<Record<string, string>>, column: string): string => {
  const value = row[column];
  if (value === undefined || value === "") throw new Error(`no ${column} in ${JSON.stringify(row)}`);
  return value;
};
