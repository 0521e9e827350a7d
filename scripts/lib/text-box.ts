/**
 * Text within a width: wrapped, in columns, in boxes.
 */

/** Fits a terminal of 100 columns. */
export const WIDTH = 98;

/** Lines of at most `width` characters; a word that is longer is cut. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  const cut = new RegExp(`.{1,${width}}`, "gu");
  for (const word of text.split(/\s+/).flatMap((part) => part.match(cut) ?? [])) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

/** A label and what it says, which goes on below itself. */
export const labelled = (
  label: string,
  text: string,
  labelWidth: number,
  width: number,
): readonly string[] => {
  const lines = wrap(text, width - labelWidth);
  return (lines.length === 0 ? [""] : lines).map((line, index) =>
    `${(index === 0 ? label : "").padEnd(labelWidth)}${line}`.trimEnd(),
  );
};

/** Rows of labels and texts, one below the other. */
export function columns(
  rows: readonly (readonly [label: string, text: string])[],
  width: number,
): readonly string[] {
  const labelWidth = Math.min(Math.max(0, ...rows.map(([label]) => label.length)) + 2, Math.floor(width / 2));
  return rows.flatMap(([label, text]) => labelled(label, text, labelWidth, width));
}

/** Lines in a frame, with words in its upper edge. */
export const box = (left: string, right: string, lines: readonly string[]): readonly string[] => [
  `┌─ ${left} ${"─".repeat(Math.max(1, WIDTH - left.length - right.length - 8))}${right === "" ? "──" : ` ${right} `}─┐`,
  ...lines.map((line) => `│ ${line.padEnd(WIDTH - 4)} │`),
  `└${"─".repeat(WIDTH - 2)}┘`,
];

export const indent = (lines: readonly string[], by: number): readonly string[] =>
  lines.map((line) => (line === "" ? line : " ".repeat(by) + line));
