import { gatewayProject } from "./gateway-project.ts";

/** Memory of callers: whole calls, one after the other and at once. */
export default gatewayProject({
  name: "memory",
  include: ["test/remembering/**/*.workerd.test.ts"],
  settings: (emulatorUrl) => ({
    AWS_REGION: "us-east-1",
    BEDROCK_ENDPOINT: emulatorUrl,
    AGENTCORE_ENDPOINT: emulatorUrl,
  }),
});
