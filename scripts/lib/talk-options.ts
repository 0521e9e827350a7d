/**
 * What `npm run talk` can be told.
 */
import { parseArgs } from "node:util";
import { SAMPLE_RATES, type SampleRate } from "../../src/audio/format.ts";
import { err, ok, type Result } from "../../src/base/result.ts";

export const TALK_HELP = `npm run talk -- question.wav [options]: asks the gateway aloud, as a caller would.
npm run talk -- --text "…"  [options]: asks in writing. More than one --text: one after the other, each when the one before is answered.

  --out <file.wav>   write what the agent said: its answers one after the other, as far as they were heard
  --url <url>        the gateway                                     (default http://localhost:8787)
  --agent <name>     which agent                                     (default: the gateway's first)
  --caller <id>      who is calling, as the tools are told; --tenant <id> likewise
  --key <API key>    needed for a gateway that is not on this machine (or API_KEY in the environment)
  --rate <Hz>        of the answer: 8000, 16000 or 24000              (default 24000)
  --limit <seconds>  give up on a question after this long           (default 60)
  --help             this`;

export interface TalkOptions {
  readonly wav: string | null;
  /** Asked one after the other. Empty where a recording is the question. */
  readonly texts: readonly string[];
  readonly out: string | null;
  /** Without a trailing slash. */
  readonly url: string;
  readonly agent: string | null;
  readonly caller: string | null;
  readonly tenant: string | null;
  readonly key: string | null;
  readonly rate: SampleRate;
  readonly limitMs: number;
}

/** Null asks for the help. The error is one line with its mend. */
export const parseTalkOptions = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<TalkOptions | null, string> => {
  const parsed = readFlags(args);
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  if (values.help) return ok(null);
  const [wav, ...more] = positionals;
  if (more.length > 0) return err(`One WAV file at a time: ${more.join(", ")} cannot be sent as well.`);
  const texts = values.text ?? [];
  if ((wav === undefined) === (texts.length === 0)) {
    return err('Give either a WAV file or --text "…": npm run talk -- question.wav');
  }
  const url = values.url ?? "http://localhost:8787";
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return err(`--url ${url} is not an http(s) address: write it like http://localhost:8787.`);
  }
  const rate = SAMPLE_RATES.find((known) => String(known) === (values.rate ?? "24000"));
  if (rate === undefined)
    return err(`--rate ${values.rate} is not spoken here: choose ${SAMPLE_RATES.join(", ")}.`);
  const limit = Number(values.limit ?? "60");
  if (!(limit > 0)) return err(`--limit ${values.limit} is not a number of seconds.`);
  return ok({
    wav: wav ?? null,
    texts,
    out: values.out ?? null,
    url: url.replace(/\/+$/, ""),
    agent: values.agent ?? null,
    caller: values.caller ?? null,
    tenant: values.tenant ?? null,
    key: values.key ?? env.API_KEY ?? null,
    rate,
    limitMs: limit * 1000,
  });
};

const readFlags = (args: readonly string[]) => {
  try {
    const text = { type: "string" } as const;
    return ok(
      parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          ...{
            out: text,
            url: text,
            agent: text,
            caller: text,
            tenant: text,
            key: text,
            text: { ...text, multiple: true } as const,
            rate: text,
            limit: text,
          },
          help: { type: "boolean", short: "h" },
        },
      }),
    );
  } catch (error) {
    return err(
      `${error instanceof Error ? error.message : String(error)} (npm run talk -- --help lists the options)`,
    );
  }
};
