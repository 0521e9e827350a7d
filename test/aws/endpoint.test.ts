import { describe, expect, it } from "vitest";
import { bedrockEndpoint, bidirectionalStreamUrl } from "../../src/aws/endpoint.ts";

describe("the endpoint", () => {
  it("is AWS's own unless another is given", () => {
    expect(bedrockEndpoint({ region: "eu-north-1", endpoint: null })).toEqual({
      ok: true,
      value: "https://bedrock-runtime.eu-north-1.amazonaws.com",
    });
    expect(bedrockEndpoint({ region: "eu-north-1", endpoint: "http://127.0.0.1:8790/" })).toEqual({
      ok: true,
      value: "http://127.0.0.1:8790",
    });
    expect(bedrockEndpoint({ region: "us-gov-west-1", endpoint: "https://proxy.example/aws/" })).toEqual({
      ok: true,
      value: "https://proxy.example/aws",
    });
  });

  it.each(["", "us-east-1.evil.example/", "US-EAST-1", "us-east-1#", "../../x", "us east 1"])(
    "never builds a host from the region %j",
    (region) => {
      expect(bedrockEndpoint({ region, endpoint: null }).ok).toBe(false);
    },
  );

  it.each([
    "ws://x.example",
    "not a url",
    "ftp://x",
    "https://user:secret@x.example",
    "https://x.example?a=b",
  ])("refuses %j", (endpoint) => {
    const built = bedrockEndpoint({ region: "us-east-1", endpoint });
    expect(built.ok).toBe(false);
    expect(JSON.stringify(built)).not.toContain("secret");
  });

  it("encodes the model's name once", () => {
    expect(bidirectionalStreamUrl("https://h", "amazon.nova-2-sonic-v1:0")).toBe(
      "https://h/model/amazon.nova-2-sonic-v1%3A0/invoke-with-bidirectional-stream-websocket",
    );
    expect(bidirectionalStreamUrl("https://h", "../x?y")).toBe(
      "https://h/model/..%2Fx%3Fy/invoke-with-bidirectional-stream-websocket",
    );
  });
});
