import { gatewayProject } from "./gateway-project.ts";

/** Agents hosted on AgentCore Runtime. */
export default gatewayProject({
  name: "agentcore",
  include: ["test/model/agentcore-voice/**/*.workerd.test.ts"],
  settings: (emulatorUrl) => ({ AWS_REGION: "us-east-1", AGENTCORE_ENDPOINT: emulatorUrl }),
});
