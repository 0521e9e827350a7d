/**
 * Against AWS's own signer, byte by byte.
 */
import { Sha256Node } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, it } from "vitest";
import { agentcoreEndpoint, runtimeSocketUrl } from "../../src/aws/endpoint.ts";
import { signUpgrade } from "../../src/aws/sign-upgrade.ts";

const ARN = "arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/helper-a1B2c3D4e5";
const SESSION = "antiphon-0b6f3a52-8d0e-4c43-9d5c-0d3c3f3a7f11";
const NOW = Date.UTC(2026, 10, 22, 23, 59, 59, 987);
const KEYS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

const official = async (url: URL, headers: Record<string, string>, sessionToken: string | undefined) => {
  const signer = new SignatureV4({
    credentials: { ...KEYS, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region: "eu-west-1",
    service: "bedrock-agentcore",
    sha256: Sha256Node,
    applyChecksum: false,
  });
  const request = new HttpRequest({
    method: "GET",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...headers, host: url.host },
  });
  const signed = await signer.sign(request, { signingDate: new Date(NOW) });
  const { host: _, ...rest } = signed.headers;
  return rest;
};

describe("a signed upgrade", () => {
  it.each([
    ["AWS's own door", null, ARN, "DEFAULT", undefined],
    ["a session token", null, ARN, "DEFAULT", "FwoGZXIvYXdzEBYaD//+token=="],
    ["another endpoint", null, ARN, "canary", undefined],
    ["a door on this machine", "http://127.0.0.1:8790", ARN, "DEFAULT", undefined],
    ["a door behind a path", "https://proxy.example.com/aws/agentcore", ARN, "DEFAULT", undefined],
    ["a qualifier that needs encoding", null, ARN, "a b&c=d/é'()*", undefined],
    ["a name that needs encoding", null, "arn:aws:x/y z'()*!%", "DEFAULT", undefined],
  ] as const)(
    "through %s carries the very headers of the AWS SDK's signer",
    async (_, endpoint, arn, qualifier, token) => {
      const base = agentcoreEndpoint({ region: "eu-west-1", endpoint });
      if (!base.ok) throw new Error(base.error);
      const url = runtimeSocketUrl(base.value, arn, qualifier);
      const headers = { "x-amzn-bedrock-agentcore-runtime-session-id": SESSION };
      const ours = await signUpgrade({
        url,
        headers,
        region: "eu-west-1",
        service: "bedrock-agentcore",
        credentials: { ...KEYS, sessionToken: token ?? null },
        now: NOW,
      });
      expect(ours).toEqual(await official(new URL(url), headers, token));
    },
  );

  it("has the ARN percent-encoded in its URL", () => {
    expect(runtimeSocketUrl("https://h", ARN, "DEFAULT")).toBe(
      "https://h/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aeu-west-1%3A123456789012%3Aruntime%2Fhelper-a1B2c3D4e5/ws?qualifier=DEFAULT",
    );
  });
});

describe("where AgentCore is", () => {
  it("follows from the region", () => {
    expect(agentcoreEndpoint({ region: "eu-west-1", endpoint: null })).toEqual({
      ok: true,
      value: "https://bedrock-agentcore.eu-west-1.amazonaws.com",
    });
  });

  it.each(["", "evil.example/#", "eu-west-1.evil.example"])("is not in the region %j", (region) => {
    expect(agentcoreEndpoint({ region, endpoint: null }).ok).toBe(false);
  });
});
