/**
 * The doctor's instrument: in workerd, with the gateway's own upstream code, it opens a stream, asks one typed
 * question, and tells each step. Never deployed: it shows AWS's own words, which a gateway never does.
 */
import { credentialSource } from "../src/aws/credential-source.ts";
import { upgrade } from "../src/aws/upgrade.ts";
import { systemClock } from "../src/base/clock.ts";
import { parseConfig } from "../src/base/config.ts";
import { randomIds } from "../src/base/ids.ts";
import { createNovaSonic } from "../src/model/nova-sonic/nova-sonic.ts";
import { examine } from "./examine.ts";
import { examinationSchema, type Observation } from "./observation.ts";

export default {
  async fetch(request: Request, env: unknown): Promise<Response> {
    const examination = examinationSchema.parse(await request.json());
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const lines = new TextEncoder();
    const tell = (observation: Observation): void => {
      void writer.write(lines.encode(`${JSON.stringify(observation)}\n`));
    };
    const config = parseConfig(env);
    const work = config.ok
      ? examine(examination, {
          endpoint: config.value.endpoint,
          clock: systemClock,
          tell,
          dialled: upgrade,
          model: (dial) =>
            createNovaSonic({
              credentials: () => credentialSource(config.value, systemClock, () => undefined).get(),
              endpoint: config.value.endpoint,
              clock: systemClock,
              ids: randomIds,
              dial,
            }),
        })
      : Promise.resolve(
          tell({
            step: "failed",
            at: "settings",
            refusal: {
              status: null,
              name: "",
              message: config.error.map(({ setting, problem }) => `${setting} ${problem}`).join("; "),
            },
          }),
        );
    void work.finally(() => writer.close());
    return new Response(readable, { headers: { "content-type": "application/x-ndjson" } });
  },
};
