import { gatewayProject } from "./gateway-project.ts";

/** Calls longer than anybody waits for in a test: a gateway whose time is turned. */
export default gatewayProject({
  name: "long-call",
  include: ["test/durable/long-call/**/*.workerd.test.ts"],
  settings: (emulatorUrl) => ({ BEDROCK_ENDPOINT: emulatorUrl }),
});
