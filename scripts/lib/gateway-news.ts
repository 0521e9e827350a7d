/**
 * What a builder wants to know of a gateway that runs in wrangler, out of all that wrangler writes: what is wrong with
 * the code on the disk, what went wrong in a session, and that an edit has been taken up.
 */
import { describeEvent, readEvent } from "./event-words.ts";
import { sourcePlace } from "./source-place.ts";
import { type WranglerReport, WranglerReports } from "./wrangler-report.ts";

export type News =
  | { readonly type: "note"; readonly text: string }
  /** The code or a wrangler.toml is so that it cannot be served. An agent's faults have a line each below the first. */
  | { readonly type: "fault"; readonly text: string }
  /** What is on the disk is served. */
  | { readonly type: "serving" };

/** A note is cut after this many characters: what a person reads of a log line. */
const NOTE_CHARS = 300;
/** Wrangler's last words after an error that has been told. */
const NOT_SAID = /^The Workers runtime failed to start\.|^If you think this is a bug/;

export interface GatewayNewsOptions {
  /** Takes out secrets. */
  readonly clean: (text: string) => string;
  readonly tell: (news: News) => void;
}

export class GatewayNews {
  readonly #clean: (text: string) => string;
  readonly #tell: (news: News) => void;
  readonly #reports = new WranglerReports((report) => this.#on(report));
  /** Notes since the last edit, with how often each has come. */
  readonly #told = new Map<string, number>();
  /** How often the gateway has been served: on an edit it is loaded anew, and says anew what it thinks of its agents. */
  #served = 0;
  /** What it thought of a place in an agent, and when it last said so. */
  readonly #thought = new Map<string, { readonly line: string; readonly at: number }>();
  /** Tools that threw: the gateway's own note of the same failure says less. */
  readonly #explained = new Set<string>();

  constructor({ clean, tell }: GatewayNewsOptions) {
    this.#clean = clean;
    this.#tell = tell;
  }

  /** One line as wrangler wrote it. */
  line(raw: string): void {
    this.#reports.line(raw);
  }

  /** Nothing more comes. */
  end(): void {
    this.#reports.end();
  }

  #on(report: WranglerReport): void {
    if (report.type === "serving") {
      this.#told.clear();
      this.#served++;
      this.#tell({ type: "serving" });
    } else if (report.type === "warning") {
      this.#onWarning(report.headline, report.below);
    } else {
      this.#onError(report.headline, report.below);
    }
  }

  #onWarning(headline: string, below: readonly string[]): void {
    const config = /^Processing (\S+) configuration:$/.exec(headline)?.[1];
    if (config !== undefined) return this.#note(`${config}: ${below.join(" ").replace(/^- /, "")}`);
    // The rest are wrangler's own cares.
    this.#onEvent(headline);
  }

  #onError(headline: string, below: readonly string[]): void {
    if (NOT_SAID.test(headline) || this.#onEvent(headline)) return;
    const [, tool, thrown] = /^Tool (\S+) failed: ?(.*)$/.exec(headline) ?? [];
    if (tool !== undefined && thrown !== undefined) {
      this.#explained.add(tool);
      return this.#note(`Tool ${tool} failed: ${bare(thrown)}${sourcePlace(below)}`);
    }
    const fault = faultOf(headline, below);
    if (fault === null) this.#note(`${bare(headline)}${sourcePlace(below)}`);
    else this.#tell({ type: "fault", text: this.#clean(fault) });
  }

  #onEvent(headline: string): boolean {
    const event = readEvent(headline);
    if (event === null) return false;
    if (event.event === "tool_failed" && this.#explained.delete(event.tool ?? "")) return true;
    if (event.event === "tool_trouble") this.#explained.add(event.tool ?? "");
    const line = describeEvent(event);
    if (event.event !== "agent_warning" || this.#isNew(`${event.agent} ${event.place}`, line))
      this.#note(line);
    return true;
  }

  /** Whether a warning differs from what was thought of that place when the code was loaded before. */
  #isNew(place: string, line: string): boolean {
    const before = this.#thought.get(place);
    this.#thought.set(place, { line, at: this.#served });
    return before?.line !== line || this.#served - before.at > 1;
  }

  /** One line, the first time; then when it has come 10, 100, … times. */
  #note(text: string): void {
    const flat = this.#clean(text).replace(/\s+/g, " ").trim();
    const line = flat.length > NOTE_CHARS ? `${flat.slice(0, NOTE_CHARS - 1)}…` : flat;
    const times = (this.#told.get(line) ?? 0) + 1;
    this.#told.set(line, times);
    if (times === 1) this.#tell({ type: "note", text: line });
    else if (/^10+$/.test(String(times))) this.#tell({ type: "note", text: `${line} (${times} times)` });
  }
}

/** Errors after which wrangler serves nothing new, in words; null for any other. */
function faultOf(headline: string, below: readonly string[]): string | null {
  if (/^Build failed with/.test(headline)) {
    const at = below.findIndex((line) => line.startsWith("✘ [ERROR] "));
    const first = at < 0 ? headline : (below[at] ?? "").slice("✘ [ERROR] ".length);
    return `Build failed: ${first}${sourcePlace(below.slice(at + 1))}`;
  }
  const [, worker, thrown = ""] = /^service core:user:(\S+): Uncaught (.*)$/.exec(headline) ?? [];
  if (worker !== undefined) {
    const words = bare(thrown);
    if (!words.startsWith("AgentError: "))
      return `${worker} does not start: ${[words, ...withoutStack(below)].join(" ")}`;
    return [words.slice("AgentError: ".length), ...withoutStack(below).map((line) => `  ${line}`)].join("\n");
  }
  if (/^Invalid TOML document/.test(headline)) return `${headline}${sourcePlace(below)}`;
  const config = /^Processing (\S+) configuration:$/.exec(headline)?.[1];
  return config === undefined ? null : `${config}: ${below.join(" ").replace(/^- /, "")}`;
}

const withoutStack = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !/^at /.test(line));

/** `Error: Error: …` says no more than what follows. */
const bare = (text: string): string => text.replace(/^(?:Error: )+/, "");
