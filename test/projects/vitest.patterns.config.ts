import { gatewayProject } from "./gateway-project.ts";

/** Tools and sub-agents in whole calls. */
export default gatewayProject({
  name: "patterns",
  include: ["test/patterns/**/*.workerd.test.ts"],
  // These have gateways of their own.
  exclude: ["test/patterns/bank*", "test/patterns/hand-overs*.workerd.test.ts"],
  settings: (emulatorUrl) => ({
    AWS_REGION: "us-east-1",
    BEDROCK_ENDPOINT: emulatorUrl,
    AGENTCORE_ENDPOINT: emulatorUrl,
    MCP_URL: `${emulatorUrl}/mcp`,
    A2A_URL: `${emulatorUrl}/a2a`,
    A2A_TOKEN: "emulator-bearer-token-not-for-aws",
  }),
});
