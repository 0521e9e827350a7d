/**
 * `npm run doctor`: proves, region by region, that the gateway can talk to the speech model with the builder's
 * credentials, and where it cannot says what to mend.
 */
import { DEFAULTS } from "../src/agent/models.ts";
import { DOCTOR_HELP, parseDoctorOptions } from "./lib/doctor-options.ts";
import { describeObservation, masked, type Patient } from "./lib/doctor-report.ts";
import { doctorSettings } from "./lib/doctor-settings.ts";
import { startDoctorWorker } from "./lib/doctor-worker.ts";
import { ROOT } from "./lib/root.ts";
import { readSettingsFile } from "./lib/settings-file.ts";
import { say, stopWith } from "./lib/terminal.ts";

const parsed = parseDoctorOptions(process.argv.slice(2));
if (!parsed.ok) stopWith(parsed.error);
if (parsed.value === null) {
  say(DOCTOR_HELP);
  process.exit(0);
}
const options = parsed.value;

const file = readSettingsFile(options.settingsFile, ROOT);
if (!file.ok) stopWith(file.error);
for (const warning of file.value.warnings) say(warning);
const settings = doctorSettings(file.value.values, process.env, {
  settingsFile: options.settingsFile.name,
  emulator: options.emulator,
});
if (!settings.ok) stopWith(settings.error);
const { values, source } = settings.value;

const accessKeyId = values.get("AWS_ACCESS_KEY_ID") ?? "";
const hasSessionToken = values.has("AWS_SESSION_TOKEN");
const regions = options.regions.length > 0 ? options.regions : [values.get("AWS_REGION") ?? DEFAULTS.region];

say(`\nThe gateway's own code in workerd, asking ${options.model} (${options.voice}).\n`);
say(
  `  ✓ ${"settings".padEnd(10)} ${masked(accessKeyId)} from ${source}, ${hasSessionToken ? "temporary" : "long-term"}`,
);

// The region is each examination's own; one in the settings would be told twice.
const worker = await startDoctorWorker(new Map([...values].filter(([name]) => name !== "AWS_REGION")));
let well = 0;
for (const region of regions) {
  say(`\n${region}`);
  const patient: Patient = { region, model: options.model, accessKeyId, hasSessionToken };
  let closed = false;
  await worker.examine({ region, model: options.model, voice: options.voice }, (seen) => {
    say(describeObservation(seen, patient));
    closed ||= seen.step === "closed";
  });
  if (closed) well += 1;
}
await worker.stop();

const enough = options.allRegions ? well > 0 : well === regions.length;
say(`\n${well} of ${regions.length} ${regions.length === 1 ? "region works" : "regions work"}.`);
process.exit(enough ? 0 : 1);
