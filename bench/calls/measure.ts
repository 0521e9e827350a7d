/**
 * One run: an engine, one subject and the load generator are started, so many calls are made, and all of it is gone again.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../scripts/lib/root.ts";
import type { LoadOrder, LoadReport } from "../load/order.ts";
import { type Processors, startPinned } from "../subjects/pinned.ts";
import { startEngine } from "../subjects/start-engine.ts";
import { startSubject } from "../subjects/start-subject.ts";
import type { RunningSubject, SubjectName } from "../subjects/subject.ts";
import { type CallPlan, framesOf, PACES, type Pace, USUAL } from "./plan.ts";

export interface RunSettings {
  readonly subject: SubjectName;
  /** Calls at a time. */
  readonly load: number;
  readonly frameMs: number;
  readonly pace: Pace;
  /** That count, after the warm-up. */
  readonly seconds: number;
  readonly warmUpMs: number;
  readonly openings: number;
}

/** What is done beside a run, which then is measured for that alone: it costs time. */
export interface Beside {
  /** Whether the subject's inspector listens. */
  readonly inspect?: boolean;
  /** Hears what the subject prints of its collections. */
  readonly collected?: (line: string) => void;
  /** Begins with the load. */
  readonly run: (subject: RunningSubject, over: AbortSignal) => Promise<void>;
}

/** Beside the calls themselves: processes come up, openings are measured, what is late is waited for. */
const ALLOWANCE_MS = 120_000;

export const planOf = ({ load, frameMs, pace, seconds, warmUpMs }: RunSettings): CallPlan => ({
  ...USUAL,
  ...PACES[pace],
  calls: load,
  frameMs,
  frames: framesOf(seconds, warmUpMs, frameMs),
});

/** Linux keeps what is written there in memory. How long this machine's disk takes for a write is not what is measured. */
const MEMORY = "/dev/shm";

export class Bench {
  readonly #processors: Processors;
  /** What runs now; emptied from the end. */
  readonly #running: { stop(): Promise<void> | void }[] = [];

  readonly #storage: string;

  /** `disk`: objects keep their SQLite on this machine's disk, and not in its memory. */
  constructor(processors: Processors, disk: boolean) {
    this.#processors = processors;
    this.#storage = disk || !existsSync(MEMORY) ? tmpdir() : MEMORY;
  }

  /** Throws when a process does not come up, ends before its time or takes longer than it should, with its last words. */
  async measure(settings: RunSettings, beside: Beside | null = null): Promise<LoadReport> {
    const directory = mkdtempSync(join(this.#storage, "antiphon-bench-"));
    this.#running.push({ stop: () => rmSync(directory, { recursive: true, force: true }) });
    const over = new AbortController();
    this.#running.push({ stop: () => over.abort() });
    try {
      const engine = await startEngine(this.#processors.rest);
      this.#running.push(engine);
      const subject = await startSubject(settings.subject, {
        engine: engine.address,
        directory,
        processors: this.#processors.subject,
        inspect: beside?.inspect ?? false,
        collected: beside?.collected ?? null,
      });
      this.#running.push(subject);
      const file = join(directory, "report.json");
      const order: LoadOrder = {
        plan: planOf(settings),
        reach: subject.reach,
        engine: engine.address.http,
        openings: settings.openings,
        warmUpMs: settings.warmUpMs,
        seconds: settings.seconds,
        pids: subject.pids,
        enginePids: engine.pids,
        file,
      };
      const load = startPinned({
        name: "load generator",
        // Where it holds the streams itself, it is what is measured.
        processors: settings.subject === "sdk" ? this.#processors.subject : this.#processors.rest,
        command: process.execPath,
        args: [join(ROOT, "bench", "load", "main.ts"), JSON.stringify(order)],
        env: { ...process.env, NODE_ENV: "production" },
      });
      this.#running.push(load);
      const doneBeside = beside?.run(subject, over.signal);
      const limit = setTimeout(
        () => void load.stop(),
        settings.warmUpMs + settings.seconds * 1000 + ALLOWANCE_MS,
      );
      const how = await load.ended;
      clearTimeout(limit);
      if (how !== "exit code 0") {
        const words = [
          how,
          ...load.tail(),
          "the subject:",
          ...subject.lastWords(),
          "the engine:",
          ...engine.lastWords(),
        ];
        throw new Error(`The load generator ended with ${words.join("\n")}`);
      }
      await doneBeside;
      return JSON.parse(readFileSync(file, "utf8"));
    } finally {
      await this.stop();
    }
  }

  #stopping: Promise<void> | null = null;

  /** Ends everything that this bench has started. Whoever asks waits for all of it, whoever asked first. */
  stop(): Promise<void> {
    this.#stopping ??= this.#end().finally(() => {
      this.#stopping = null;
    });
    return this.#stopping;
  }

  async #end(): Promise<void> {
    for (let each = this.#running.pop(); each; each = this.#running.pop()) await each.stop();
  }
}
