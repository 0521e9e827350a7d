import { gatewayProject } from "./gateway-project.ts";

/** Full houses: a gateway with few places at its model. */
export default gatewayProject({
  name: "capacity",
  include: ["test/durable/capacity/**/*.workerd.test.ts"],
  settings: (emulatorUrl) => ({
    BEDROCK_ENDPOINT: emulatorUrl,
    STREAM_PLACES: "*@us-east-1=3, *@eu-north-1=1, *@ap-northeast-1=1",
  }),
});
