/**
 * Where AWS is.
 */
import { err, ok, type Result } from "../base/result.ts";

/** Region names end up in a host name, so nothing else may: `us-east-1`, `ap-northeast-1`, `us-gov-west-1`. */
const REGION = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/;

export interface EndpointOptions {
  readonly region: string;
  /** http(s) origin (a path in it is kept as a prefix) in place of AWS's own, or null. */
  readonly endpoint: string | null;
}

/** The base of Bedrock's runtime URLs, without a slash at the end. The error says what is wrong, for the log. */
export const bedrockEndpoint = ({ region, endpoint }: EndpointOptions): Result<string, string> => {
  if (!REGION.test(region)) return err("the region is not an AWS region's name");
  if (endpoint === null) return ok(`https://bedrock-runtime.${region}.amazonaws.com`);
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
