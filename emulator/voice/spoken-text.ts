/**
 * Rewrites text as it would be read aloud, in the letters flite knows. Markup goes, money and dates become words.
 * Plain numbers, times and percentages are left as they are: flite reads those well itself.
 */

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const CURRENCIES: Readonly<Record<string, readonly [whole: string, part: string]>> = {
  $: ["dollar", "cent"],
  "€": ["euro", "cent"],
  "£": ["pound", "penny"],
};

/** Words of a piece at most; flite's memory grows with the square of a sentence's length. */
const LONGEST_PIECE = 300;

/** Of a longer text only the beginning is spoken: ten minutes, more than a stream lives. */
const LONGEST_TEXT = 10_000;

/** The text as sentences of at most 300 characters, in printable ASCII; empty when nothing can be spoken. */
export function spokenPieces(text: string): string[] {
  return sentences(normalise(text.slice(0, LONGEST_TEXT))).filter((piece) => /[a-z0-9]/i.test(piece));
}

function normalise(text: string): string {
  return (
    text
      .replace(/```[a-z]*|`/gi, "")
      .replace(/!?\[([^[\]]{0,300})\]\([^()]{0,2000}\)/g, "$1")
      .replace(/<\/?[a-z][^<>]{0,200}>/gi, " ")
      .replace(/https?:\/\/([^\s/]+)\S*/gi, "$1")
      .replace(/^\s*(?:#{1,6}|[-*•>])\s+/gm, "")
      .replace(/^\s*([-=_*])\1{2,}\s*$/gm, "")
      .replace(/(\d{4})-(\d{2})-(\d{2})(?:T[\d:.]+Z?)?/g, (found, year, month, day) => {
        const name = MONTHS[Number(month) - 1];
        return name === undefined ? found : `${name} ${Number(day)}, ${year}`;
      })
      .replace(/([$€£])\s?(\d[\d,]*)(?:\.(\d{1,2}))?(?!\d|\.\d)/g, (_, sign, whole, part) =>
        money(sign, whole, part),
      )
      .replace(/(\d[\d,]*)\.(\d{2}) (dollars|euros|pounds)\b/gi, (_, whole, part, name) =>
        money(name[0].toLowerCase() === "d" ? "$" : name[0].toLowerCase() === "e" ? "€" : "£", whole, part),
      )
      // Account and telephone numbers are told digit by digit; a quantity of that size would have commas.
      .replace(/(?<![\d.,])\d{7,}(?![.,]?\d)/g, (digits) => [...digits].join(" "))
      .replace(/°\s?C\b/g, " degrees Celsius")
      .replace(/°\s?F\b/g, " degrees Fahrenheit")
      .replace(/°/g, " degrees")
      .replace(/(^|[\s(])[-−](?=\d)/g, "$1minus ")
      .replace(/&(?:amp;)?/g, " and ")
      .replace(/[‘’]/g, "'")
      .replace(/[–—…]/g, ", ")
      .replace(/ß/g, "ss")
      .replace(/[æÆ]/g, "ae")
      .replace(/[øØ]/g, "o")
      .normalize("NFKD")
      .replace(/[^\x20-\x7e\n]/g, "")
      .replace(/[*_~^|<>{}[\]\\"#=]+/g, " ")
      .replace(/\s*\n\s*/g, ". ")
      .replace(/([.!?,])(?:\s*[.,])+/g, "$1")
      .replace(/\s+/g, " ")
      .trim()
  );
}

function money(sign: string, whole: string, part: string | undefined): string {
  const [unit, cent] = CURRENCIES[sign] ?? ["dollar", "cent"];
  const cents = part === undefined ? 0 : Number(part.padEnd(2, "0"));
  const plural = (count: number, name: string): string =>
    count === 1 ? name : name === "penny" ? "pence" : `${name}s`;
  const main = `${whole} ${plural(Number(whole.replaceAll(",", "")), unit)}`;
  return cents === 0 ? main : `${main} and ${cents} ${plural(cents, cent)}`;
}

/** Cuts at the end of sentences, and within a sentence that is too long, at a blank. */
function sentences(text: string): string[] {
  const pieces: string[] = [];
  for (const sentence of text.split(/(?<=[.!?])\s+/)) {
    let rest = sentence;
    while (rest.length > LONGEST_PIECE) {
      const blank = rest.lastIndexOf(" ", LONGEST_PIECE);
      const cut = blank > 0 ? blank : LONGEST_PIECE;
      pieces.push(rest.slice(0, cut).trim());
      rest = rest.slice(cut).trim();
    }
    pieces.push(rest);
  }
  return pieces;
}
