/**
 * Where AWS is.
 */
import { err, ok, type Result } from "../base/result.ts";

/** Region names end up in a host name, so nothing else may: `us-east-1`, `ap-northeast-1`, `us-gov-west-1`. */
const REGION = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/;

/** The name under which calls to AgentCore are signed: its runtimes, gateways and memories alike. */
export const AGENTCORE_SERVICE = "bedrock-agentcore";

export interface EndpointOptions {
  readonly region: string;
  /** http(s) origin (a path in it is kept as a prefix) in place of AWS's own, or null. */
  readonly endpoint: string | null;
}

/** The base of Bedrock's runtime URLs, without a slash at the end. The error says what is wrong, for the log. */
export const bedrockEndpoint = (options: EndpointOptions): Result<string, string> =>
  serviceEndpoint("bedrock-runtime", options);

/** The same for AgentCore's data plane. */
export const agentcoreEndpoint = (options: EndpointOptions): Result<string, string> =>
  serviceEndpoint(AGENTCORE_SERVICE, options);

/** The same for the Security Token Service of a region. */
export const stsEndpoint = (options: EndpointOptions): Result<string, string> =>
  serviceEndpoint("sts", options);

const serviceEndpoint = (host: string, { region, endpoint }: EndpointOptions): Result<string, string> => {
  if (!REGION.test(region)) return err("the region is not an AWS region's name");
  if (endpoint === null) return ok(`https://${host}.${region}.amazonaws.com`);
  const url = URL.parse(endpoint);
  if (url === null) return err("the endpoint is not a URL");
  if (url.protocol !== "http:" && url.protocol !== "https:")
    return err("the endpoint is not an http or https URL");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return err("the endpoint carries more than a host and a path");
  }
  return ok(`${url.origin}${url.pathname.replace(/\/+$/, "")}`);
};

/**
 * Where a model's bidirectional stream is opened by WebSocket: the path of `InvokeModelWithBidirectionalStream` with
 * the ending that AWS's own JavaScript SDK gives it in browsers. It is not in AWS's API reference.
 */
export const bidirectionalStreamUrl = (base: string, model: string): string =>
  `${base}/model/${encodeURIComponent(model)}/invoke-with-bidirectional-stream-websocket`;

/**
 * Where the WebSocket of an agent on AgentCore Runtime is opened.
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-get-started-websocket.html
 */
export const runtimeSocketUrl = (base: string, runtimeArn: string, qualifier: string): string =>
  `${base}/runtimes/${encodeURIComponent(runtimeArn)}/ws?qualifier=${encodeURIComponent(qualifier)}`;

/** Where a runtime is invoked over HTTP. The ARN's colons and slash are percent-encoded. */
export const invocationsUrl = (base: string, runtimeArn: string, qualifier: string): string =>
  `${base}/runtimes/${encodeURIComponent(runtimeArn)}/invocations?qualifier=${encodeURIComponent(qualifier)}`;
