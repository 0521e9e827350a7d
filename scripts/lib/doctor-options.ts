/**
 * What `npm run doctor` can be told.
 */
import { parseArgs } from "node:util";
import { DEFAULTS, isModelId, MODEL_IDS, MODELS } from "../../src/agent/models.ts";
import { err, ok, type Result } from "../../src/base/result.ts";
import { type SettingsFile, USUAL_SETTINGS_FILE } from "./settings-file.ts";

export const DOCTOR_HELP = `npm run doctor [-- options]: tries the speech model with your credentials, through the gateway's own code.

  --region <name>      which region; several with commas    (default: AWS_REGION, else ${DEFAULTS.region})
  --all-regions        every region that offers the model
  --model <id>         which model                          (default ${DEFAULTS.model})
  --voice <name>       which voice                          (default ${DEFAULTS.voice})
  --emulator [<url>]   the emulator instead of AWS          (default http://127.0.0.1:8790)
  --settings <file>    read credentials from here           (default .dev.vars, then the environment)
  --help               this`;

export interface DoctorOptions {
  /** Empty when none was named. */
  readonly regions: readonly string[];
  readonly allRegions: boolean;
  readonly model: string;
  readonly voice: string;
  /** The emulator's address; null for AWS. */
  readonly emulator: string | null;
  readonly settingsFile: SettingsFile;
}

const EMULATOR_URL = "http://127.0.0.1:8790";

/** Null asks for the help. The error is one line with its mend. */
export const parseDoctorOptions = (args: readonly string[]): Result<DoctorOptions | null, string> => {
  const parsed = readFlags(args);
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  if (values.help) return ok(null);
  const [url, ...more] = positionals;
  if (more.length > 0 || (url !== undefined && !values.emulator)) {
    return err(`"${more[0] ?? url}" is not understood (npm run doctor -- --help lists the options).`);
  }
  if (url !== undefined && !URL.canParse(url))
    return err(`--emulator ${url} is not an address, e.g. ${EMULATOR_URL}.`);
  const model = values.model ?? DEFAULTS.model;
  if (!isModelId(model)) return err(`--model ${model} is not known: choose from ${MODEL_IDS.join(", ")}.`);
  const named = (values.region ?? []).flatMap((list) => list.split(",")).map((name) => name.trim());
  return ok({
    regions: values["all-regions"] ? MODELS[model].regions : named.filter((name) => name !== ""),
    allRegions: values["all-regions"] ?? false,
    model,
    voice: values.voice ?? DEFAULTS.voice,
    emulator: values.emulator ? (url ?? EMULATOR_URL) : null,
    settingsFile: { name: values.settings ?? USUAL_SETTINGS_FILE, given: values.settings !== undefined },
  });
};

const readFlags = (args: readonly string[]) => {
  try {
    const text = { type: "string" } as const;
    const flag = { type: "boolean" } as const;
    return ok(
      parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          ...{ model: text, voice: text, settings: text, "all-regions": flag, emulator: flag },
          region: { type: "string", multiple: true },
          help: { type: "boolean", short: "h" },
        },
      }),
    );
  } catch (error) {
    return err(
      `${error instanceof Error ? error.message : String(error)} (npm run doctor -- --help lists the options)`,
    );
  }
};
