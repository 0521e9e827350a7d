/**
 * Markdown that benches print, and pages that keep what they printed between two marks.
 */

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** 1234567 → 1,234,567; with as many decimals as told. */
export const number = (value: number, decimals = 0): string =>
  value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

const marks = (name: string) => ({
  begin: `<!-- ${name}: printed by npm run bench -- ${name.split(" ")[0]} --write -->`,
  end: `<!-- end of ${name} -->`,
});

/** The page with `text` in the part called `name`. Throws where the page has no such part. */
export const withPart = (page: string, name: string, text: string): string => {
  const { begin, end } = marks(name);
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no part ${begin}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
};
