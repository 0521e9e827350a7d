import { gatewayProject } from "./gateway-project.ts";

/** The bank: its Workers by themselves, and whole calls with its agents. */
export default gatewayProject({
  name: "bank",
  include: ["test/examples/**/*.workerd.test.ts", "test/patterns/bank*.workerd.test.ts"],
  settings: (emulatorUrl) => ({ AWS_REGION: "us-east-1", BEDROCK_ENDPOINT: emulatorUrl }),
});
