/**
 * What wrangler writes while it serves, taken apart: errors and warnings, which take several lines, and the word that
 * it serves. Everything else is for --verbose.
 */
import { stripVTControlCharacters } from "node:util";

export type WranglerReport =
  /** The headline first, then the lines below it without their blanks. */
  | { readonly type: "error" | "warning"; readonly headline: string; readonly below: readonly string[] }
  /** It serves what is on the disk, for the first time or again. */
  | { readonly type: "serving" };

const HEADLINE = /^(?:✘ \[(ERROR)\]|▲ \[WARNING\]) (.*)$/;
const SERVING = /^⎔ Local server updated and ready|^(?:\[wrangler:info\] )?Ready on http/;

export class WranglerReports {
  readonly #tell: (report: WranglerReport) => void;
  #open: { readonly type: "error" | "warning"; readonly headline: string; readonly below: string[] } | null =
    null;
  #blanks = 0;

  constructor(tell: (report: WranglerReport) => void) {
    this.#tell = tell;
  }

  /** One line as wrangler wrote it, colours and all. */
  line(raw: string): void {
    const line = stripVTControlCharacters(raw).trimEnd();
    const begins = HEADLINE.exec(line);
    this.#blanks = line === "" ? this.#blanks + 1 : 0;
    // One blank line is inside of a report, two end it, and so does a line that is not indented.
    if (this.#blanks > 1 || /^\S/.test(line)) this.end();
    if (begins !== null) {
      this.#open = {
        type: begins[1] === "ERROR" ? "error" : "warning",
        headline: begins[2] ?? "",
        below: [],
      };
    } else if (this.#open !== null) {
      if (line !== "") this.#open.below.push(line.trimStart());
    } else if (SERVING.test(line)) {
      this.#tell({ type: "serving" });
    }
  }

  /** Nothing more comes: whatever was begun is complete. */
  end(): void {
    const report = this.#open;
    this.#open = null;
    if (report !== null) this.#tell(report);
  }
}
