/**
 * Recognises words with PocketSphinx, where Debian's packages pocketsphinx and pocketsphinx-en-us are installed.
 * It is an old recogniser: useful only because it is told what to expect, and gets a small language model of just that.
 */
import { spawn } from "node:child_process";
import { constants, createReadStream, rmSync } from "node:fs";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Speech } from "../seams.ts";
import { resample } from "../voice/resample.ts";
import { encodeWav } from "../voice/wav.ts";
import { languageModel } from "./language-model.ts";
import { closest, type Expectations, phrasebook } from "./phrasebook.ts";
import { createTurnstile } from "./turnstile.ts";
import { widen } from "./widen.ts";

export interface Recogniser {
  /** The words that were said, or "" when none were understood, the time was up, or the program failed. Never rejects. */
  recognise(speech: Speech, expected: Expectations): Promise<string>;
  /** Ends what is running and removes the temporary files. */
  close(): Promise<void>;
}

export interface RecogniserOptions {
  /** The program; by default `pocketsphinx_continuous` on the path. */
  readonly program?: string;
  /** Directory of the English model. */
  readonly model?: string;
  /** After this many ms a recognition is given up. */
  readonly timeoutMs?: number;
}

const PROGRAM = "pocketsphinx_continuous";
const MODEL = "/usr/share/pocketsphinx/model/en-us";
const DICTIONARY = "cmudict-en-us.dict";
/** What the acoustic model was trained for, in Hz. */
const RATE = 16_000;
/** A sentence takes about 0.2 s; longer than this a caller would hang up. */
const TIMEOUT_MS = 4000;
/** Of a longer utterance the last 15 s are recognised. */
const LONGEST_SECONDS = 15;
/** Programs running at once: a recogniser takes a whole core. */
const AT_ONCE = 2;
/** Language models kept on disk; each set of tools and scenario needs one. */
const MODELS_KEPT = 16;
/** Letters read from the program at most. */
const LONGEST_OUTPUT = 10_000;

/** Finds the recogniser of this machine; undefined when none is installed. */
export async function createRecogniser(options: RecogniserOptions = {}): Promise<Recogniser | undefined> {
  const program = options.program ?? (await onPath(PROGRAM));
  const model = options.model ?? MODEL;
  if (program === undefined || !(await isReadable(join(model, DICTIONARY)))) return undefined;

  const directory = await mkdtemp(join(tmpdir(), "emulator-ears-"));
  const sweep = (): void => rmSync(directory, { recursive: true, force: true });
  process.once("exit", sweep);
  const models = new Map<string, Promise<string>>();
  const turnstile = createTurnstile(AT_ONCE);
  const closing = new AbortController();
  let files = 0;

  const modelFor = (expected: Expectations): Promise<string> => {
    const key = JSON.stringify(expected);
    const known = models.get(key);
    if (known !== undefined) return known;
    const path = join(directory, `model-${++files}`);
    const written = writeModel(path, join(model, DICTIONARY), expected).then(() => path);
    models.set(key, written);
    for (const [oldest, old] of models) {
      if (models.size <= MODELS_KEPT) break;
      models.delete(oldest);
      old.then(
        (gone) => Promise.all([rm(`${gone}.lm`, { force: true }), rm(`${gone}.dict`, { force: true })]),
        () => undefined,
      );
    }
    return written;
  };

  const listen = async (speech: Speech, expected: Expectations): Promise<string> => {
    const own = await modelFor(expected);
    const audio = join(directory, `speech-${++files}.wav`);
    const last = speech.samples.slice(-LONGEST_SECONDS * speech.rate);
    const samples = speech.rate === 8000 ? widen(last) : resample(last, speech.rate, RATE);
    try {
      await writeFile(audio, encodeWav({ samples, rate: RATE }));
      const files = [
        "-infile",
        audio,
        "-hmm",
        join(model, "en-us"),
        "-lm",
        `${own}.lm`,
        "-dict",
        `${own}.dict`,
      ];
      // Its noise removal is made for microphones in cars and costs accuracy on clean speech.
      const args = [...files, "-remove_noise", "no", "-logfn", "/dev/null"];
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)]);
      return await run(program, args, signal);
    } finally {
      await rm(audio, { force: true });
    }
  };

  return {
    async recognise(speech, expected) {
      try {
        const heard = await turnstile.pass(() => listen(speech, expected));
        return closest(heard, expected.sentences);
      } catch {
        // A recogniser that fails is a recogniser that understood nothing; the conversation goes on.
        return "";
      }
    },
    async close() {
      closing.abort();
      process.off("exit", sweep);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Writes `path.lm` and `path.dict`: only words whose sounds are known can be recognised. */
async function writeModel(path: string, dictionary: string, expected: Expectations): Promise<void> {
  const { sentences, vocabulary } = phrasebook(expected);
  const known = new Set<string>();
  const entries: string[] = [];
  const note = (line: string): void => {
    const word = line.slice(0, line.indexOf(" ")).replace(/\(\d+\)$/, "");
    if (!vocabulary.has(word)) return;
    known.add(word);
    entries.push(line);
  };
  // In pieces, so that the sound of other streams does not wait for three megabytes.
  let rest = "";
  for await (const piece of createReadStream(dictionary, "utf8")) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(note);
  }
  note(rest);
  const sayable = sentences.map(({ words, weight }) => ({
    words: words.filter((word) => known.has(word)),
    weight,
  }));
  await writeFile(`${path}.dict`, `${entries.join("\n")}\n`);
  await writeFile(`${path}.lm`, languageModel(sayable, known));
}

/** The program's output in one line; "" when it was ended by the signal or failed. */
function run(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "ignore"],
      signal,
      killSignal: "SIGKILL",
    });
    let output = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text: string) => {
      output = (output + text).slice(0, LONGEST_OUTPUT);
    });
    child.on("error", () => resolve(""));
    child.on("close", (code) => resolve(code === 0 ? output.replace(/\s+/g, " ").trim() : ""));
  });
}

async function onPath(name: string): Promise<string | undefined> {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(directory, name);
    if (directory !== "" && (await isReadable(path, constants.X_OK))) return path;
  }
  return undefined;
}

async function isReadable(path: string, mode = constants.R_OK): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
