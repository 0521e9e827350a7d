/**
 * Runs the doctor's Worker in workerd and asks it to examine a region.
 */
import { join } from "node:path";
import { type Examination, type Observation, observationSchema } from "../../doctor/observation.ts";
import { ROOT } from "./root.ts";
import { wranglerEnvironment } from "./wrangler-environment.ts";

export interface DoctorWorker {
  /** Settles when the last step was told. */
  examine(examination: Examination, tell: (seen: Observation) => void): Promise<void>;
  stop(): Promise<void>;
}

export const startDoctorWorker = async (settings: ReadonlyMap<string, string>): Promise<DoctorWorker> => {
  // Read by wrangler when it is loaded.
  Object.assign(process.env, wranglerEnvironment(process.env));
  const { unstable_startWorker: startWorker } = await import("wrangler");
  const worker = await startWorker({
    config: join(ROOT, "doctor", "wrangler.toml"),
    bindings: Object.fromEntries([...settings].map(([name, value]) => [name, { type: "plain_text", value }])),
    dev: {
      server: { hostname: "127.0.0.1", port: 0 },
      inspector: false,
      persist: false,
      watch: false,
      logLevel: "none",
    },
  });
  await worker.ready;
  return {
    async examine(examination, tell) {
      const response = await worker.fetch("http://doctor/", {
        method: "POST",
        body: JSON.stringify(examination),
      });
      let rest = "";
      const text = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        const lines = (rest + text.decode(chunk, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) tell(observationSchema.parse(JSON.parse(line)));
      }
    },
    stop: () => worker.dispose(),
  };
};
