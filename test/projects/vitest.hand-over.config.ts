import { gatewayProject } from "./gateway-project.ts";

/** Hand-overs in whole calls. */
export default gatewayProject({
  name: "hand-over",
  include: ["test/patterns/hand-overs*.workerd.test.ts"],
  settings: (emulatorUrl) => ({
    AWS_REGION: "us-east-1",
    BEDROCK_ENDPOINT: emulatorUrl,
    AGENTCORE_ENDPOINT: emulatorUrl,
  }),
});
