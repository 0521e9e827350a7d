/**
 * Words as the rules compare them: lower case, without accents, in their singular; and what tells nothing left out.
 */

const STOP_WORDS = new Set(
  `a an the i me my mine you your yours it its is are was were be been am do does did have has had will would can could should
shall may might must and or but not no so to of for from with about by at in on as if then than that this these those there here what
which who whom when where why how please now just tell show give let get know want need like see say said check find look up our we us
they them their he she his her all any some much many more most very really also too one caller user customer use used using tool
call called function returns return gives provide provides`
    .split(/\s+/)
    .filter((word) => word !== ""),
);

/** Words that mean the same to a caller. The first of each row stands for all. Only what holds in every trade. */
const SAME = [
  "balance money fund cash",
  "weather forecast temperature rain sunny sun snow umbrella",
  "price cost rate fee",
  "order purchase",
  "book reserve reservation booking",
  "appointment meeting",
  "transfer send pay payment",
  "cancel delete remove",
  "person agent human representative operator somebody someone",
  "location place city town",
  "phone telephone mobile",
];
const STANDS_FOR = new Map(
  SAME.flatMap((row) => {
    const words = row.split(" ");
    return words.map((word) => [word, words[0] ?? word] as const);
  }),
);

/** Every word, in order, as it is written but in lower case. `getBalance` and `get_balance` are two words. */
export function words(text: string): string[] {
  return (
    text
      .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
      .toLowerCase()
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .replace(/[’]/g, "'")
      .match(/[\p{L}\p{N}]+(?:'\p{L}+)?/gu) ?? []
  );
}

/** One form for "balance", "balances" and "balance's". */
export function stem(word: string): string {
  const bare = word.replace(/'s?$/, "");
  if (bare.length > 4 && bare.endsWith("ies")) return `${bare.slice(0, -3)}y`;
  if (bare.length > 4 && /(?:s|x|z|ch|sh)es$/.test(bare)) return bare.slice(0, -2);
  if (bare.length > 3 && bare.endsWith("s") && !/(?:ss|us|is)$/.test(bare)) return bare.slice(0, -1);
  return bare;
}

/** The stems that carry meaning, each once, with words of the same meaning made one. */
export function meaning(text: string): Set<string> {
  const stems = words(text)
    .filter((word) => !STOP_WORDS.has(word))
    .map(stem);
  return new Set(stems.map((each) => STANDS_FOR.get(each) ?? each));
}

/** Whether the word tells nothing by itself. */
export const isStopWord = (word: string): boolean => STOP_WORDS.has(word);
