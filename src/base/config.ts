/**
 * The gateway's settings: environment variables in, one checked value out. Every fault says which setting, what is
 * wrong with it and what would be right. A setting's value never appears in a fault: faults are shown on /healthz.
 */
import * as z from "zod";
import { isLoopbackHost } from "./loopback.ts";
import { err, ok, type Result } from "./result.ts";
import { readStreamPlaces, type StreamPlaces } from "./stream-places.ts";
import { readTenantShares, type TenantShare } from "./tenant-shares.ts";

export interface GatewayConfig {
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    /** Present with temporary credentials only. */
    readonly sessionToken: string | null;
  };
  /** The role that these credentials take, and what it is called under; null when they are used as they are. */
  readonly role: { readonly arn: string; readonly externalId: string | null } | null;
  /** Where the Security Token Service is, without a trailing slash; null for AWS's own in the region. */
  readonly stsEndpoint: string | null;
  /** Overrides every agent's region. */
  readonly region: string | null;
  /** Where the speech model's door is, without a trailing slash; null for AWS's own in the region. */
  readonly endpoint: string | null;
  /** Where AgentCore is, without a trailing slash; null for AWS's own in the region. */
  readonly agentcoreEndpoint: string | null;
  /** May be empty in development, where the gateway's own page and loopback clients need none. */
  readonly apiKeys: readonly string[];
  readonly ticketSecret: string;
  /** Origins (RFC 6454 serialisation) that may connect and call the API besides the gateway's own. */
  readonly allowedOrigins: readonly string[];
  /** How many streams a model bears at once; what is not named here has the usual number. */
  readonly streamPlaces: readonly StreamPlaces[];
  /** How much of them one tenant may hold while they are scarce; who is not named here has the usual share. */
  readonly tenantShares: readonly TenantShare[];
  readonly environment: "development" | "production";
}

export interface ConfigIssue {
  readonly setting: string;
  /** What is wrong, to be read after the setting's name. */
  readonly problem: string;
  /** What would be right. */
  readonly remedy: string;
}

const API_KEY_CHARS = 16;
const TICKET_SECRET_CHARS = 32;

const MISSING = "is missing";
const text = z.string({ error: (issue) => (issue.input === undefined ? MISSING : "is not text") });

/** What travels in a header, a signature or an environment file on one line. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

const list = (value: string): string[] =>
  value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

const endpoint = text.transform((value, context) => {
  const refuse = (message: string): never => {
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return refuse("is not an http(s) URL");
  if (url.username !== "" || url.password !== "") return refuse("carries a user name or password");
  if (url.search !== "" || url.hash !== "") return refuse("has a query or a fragment");
  return url.href.replace(/\/+$/, "");
});

const apiKeys = text.transform((value, context) => {
  const keys = list(value);
  if (keys.length === 0) context.addIssue({ code: "custom", message: "holds no key" });
  keys.forEach((key, index) => {
    const which = `key ${index + 1} of ${keys.length}`;
    if (key.length < API_KEY_CHARS)
      context.addIssue({ code: "custom", message: `has ${which} that is too short` });
    if (!VISIBLE_ASCII.test(key))
      context.addIssue({ code: "custom", message: `has ${which} with characters that no header carries` });
  });
  return keys;
});

const allowedOrigins = text.transform((value, context) =>
  list(value).map((item, index) => {
    const url = URL.canParse(item) ? new URL(item) : null;
    const bare =
      url !== null && url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "";
    if (url !== null && bare && url.origin !== "null" && !item.includes("*")) return url.origin;
    context.addIssue({ code: "custom", message: `has an entry, number ${index + 1}, that is not an origin` });
    return z.NEVER;
  }),
);

/** A list that is read as a whole, and may have several faults. */
const listRead = <T>(read: (entries: readonly string[]) => Result<T, readonly string[]>) =>
  text.transform((value, context) => {
    const outcome = read(list(value));
    if (outcome.ok) return outcome.value;
    for (const message of outcome.error) context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

/** Every setting with its schema and the one sentence that says what would be right. */
const SCHEMAS = {
  AWS_ACCESS_KEY_ID: {
    schema: text.regex(/^\w{1,128}$/, "has characters that no access key id has"),
    remedy: "the id of an AWS access key: letters and digits only, without quotes",
  },
  AWS_SECRET_ACCESS_KEY: {
    schema: text.regex(VISIBLE_ASCII, "has spaces or other characters that no secret has"),
    remedy: "the secret that belongs to AWS_ACCESS_KEY_ID, as AWS gave it",
  },
  AWS_SESSION_TOKEN: {
    schema: text.regex(VISIBLE_ASCII, "has spaces or other characters that no token has").optional(),
    remedy: "the session token that came with temporary credentials, as AWS gave it",
  },
  AWS_ROLE_ARN: {
    schema: text
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, "is not the ARN of an IAM role")
      .optional(),
    remedy: "the ARN of a role to take, e.g. arn:aws:iam::123456789012:role/antiphon, or unset to take none",
  },
  AWS_ROLE_EXTERNAL_ID: {
    schema: text.regex(/^[\w+=,.@:/-]{2,1224}$/, "has characters that no external id has").optional(),
    remedy: "the external id that the role's owner gave, or unset",
  },
  STS_ENDPOINT: {
    schema: endpoint.optional(),
    remedy:
      "an http(s) URL of scheme, host, port and path only, e.g. http://127.0.0.1:8790, or unset for AWS",
  },
  AWS_REGION: {
    schema: text.regex(/^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/, "is not the name of an AWS region").optional(),
    remedy: "an AWS region such as us-east-1, or unset for each agent's own",
  },
  BEDROCK_ENDPOINT: {
    schema: endpoint.optional(),
    remedy:
      "an http(s) URL of scheme, host, port and path only, e.g. http://127.0.0.1:8790, or unset for AWS",
  },
  AGENTCORE_ENDPOINT: {
    schema: endpoint.optional(),
    remedy:
      "an http(s) URL of scheme, host, port and path only, e.g. http://127.0.0.1:8790, or unset for AWS",
  },
  API_KEYS: {
    schema: apiKeys.optional(),
    remedy: `keys of at least ${API_KEY_CHARS} visible ASCII characters each, separated by commas`,
  },
  TICKET_SECRET: {
    schema: text.min(TICKET_SECRET_CHARS, "is too short"),
    remedy: `at least ${TICKET_SECRET_CHARS} random characters, e.g. from: openssl rand -base64 32`,
  },
  ALLOWED_ORIGINS: {
    schema: allowedOrigins.optional(),
    remedy:
      "origins of scheme, host and port only, separated by commas, e.g. https://app.example.com; no wildcards",
  },
  STREAM_PLACES: {
    schema: listRead(readStreamPlaces).optional(),
    remedy:
      "model@region=number or model=number, separated by commas, * for any model: amazon.nova-2-sonic-v1:0@us-east-1=40, *=20",
  },
  TENANT_SHARES: {
    schema: listRead(readTenantShares).optional(),
    remedy:
      "tenant=share, separated by commas, a share above 0 and at most 1, * for tenants not named: acme=0.8, *=0.5",
  },
  ENVIRONMENT: {
    schema: z
      .enum(["development", "production"], { error: () => "is not an environment" })
      .default("production"),
    remedy: "development or production (the default)",
  },
} as const;

type Setting = keyof typeof SCHEMAS;
type Settings = { readonly [name in Setting]: z.output<(typeof SCHEMAS)[name]["schema"]> };

/** The names of all settings. */
export const SETTINGS = Object.keys(SCHEMAS) as readonly Setting[];

/** Reads the settings from a Worker's `env`. Other members of it (bindings) are ignored. All faults are told at once. */
export const parseConfig = (env: unknown): Result<GatewayConfig, readonly ConfigIssue[]> => {
  const given: Readonly<Record<string, unknown>> = typeof env === "object" && env !== null ? { ...env } : {};
  const issues: ConfigIssue[] = [];
  const read: Record<string, unknown> = {};
  for (const name of SETTINGS) {
    const { schema, remedy } = SCHEMAS[name];
    const parsed = schema.safeParse(trimmed(given[name]));
    if (parsed.success) read[name] = parsed.data;
    else
      for (const issue of parsed.error.issues) issues.push({ setting: name, problem: issue.message, remedy });
  }
  const known = new Set(issues.map((issue) => issue.setting));
  issues.push(...jointIssues(read as Partial<Settings>).filter((issue) => !known.has(issue.setting)));
  return issues.length > 0 ? err(issues) : ok(toConfig(read as Settings));
};

/** Text from a file or from `wrangler secret put`, where a trailing newline is a classic. Blank counts as unset. */
const trimmed = (value: unknown): unknown => {
  if (typeof value !== "string") return value;
  const bare = value.trim();
  return bare === "" ? undefined : bare;
};

/** Faults that no setting has alone. Looks at the settings that were read well. */
const jointIssues = (env: Partial<Settings>): readonly ConfigIssue[] => {
  const issues: ConfigIssue[] = [];
  const add = (setting: Setting, problem: string, remedy: string = SCHEMAS[setting].remedy) =>
    issues.push({ setting, problem, remedy });
  // AWS marks the ids of temporary credentials with this prefix (IAM user guide, unique identifiers).
  if (env.AWS_ACCESS_KEY_ID?.startsWith("ASIA") && env.AWS_SESSION_TOKEN === undefined)
    add("AWS_SESSION_TOKEN", "is missing, but AWS_ACCESS_KEY_ID belongs to temporary credentials");
  if (env.AWS_ROLE_EXTERNAL_ID !== undefined && env.AWS_ROLE_ARN === undefined)
    add("AWS_ROLE_ARN", "is missing, but there is an AWS_ROLE_EXTERNAL_ID");
  if (env.ENVIRONMENT !== "production") return issues;
  if (env.API_KEYS === undefined) add("API_KEYS", MISSING);
  for (const setting of ["BEDROCK_ENDPOINT", "AGENTCORE_ENDPOINT", "STS_ENDPOINT"] as const) {
    const value = env[setting];
    if (value?.startsWith("http:") && !isLoopbackHost(new URL(value).hostname))
      add(setting, "is not encrypted", "an https URL; http is for loopback and for development only");
  }
  return issues;
};

const toConfig = (env: Settings): GatewayConfig => ({
  credentials: {
    accessKeyId: env.AWS_ACCESS_KEY_ID,
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
    sessionToken: env.AWS_SESSION_TOKEN ?? null,
  },
  role:
    env.AWS_ROLE_ARN === undefined
      ? null
      : { arn: env.AWS_ROLE_ARN, externalId: env.AWS_ROLE_EXTERNAL_ID ?? null },
  stsEndpoint: env.STS_ENDPOINT ?? null,
  region: env.AWS_REGION ?? null,
  endpoint: env.BEDROCK_ENDPOINT ?? null,
  agentcoreEndpoint: env.AGENTCORE_ENDPOINT ?? null,
  apiKeys: env.API_KEYS ?? [],
  ticketSecret: env.TICKET_SECRET,
  allowedOrigins: env.ALLOWED_ORIGINS ?? [],
  streamPlaces: env.STREAM_PLACES ?? [],
  tenantShares: env.TENANT_SHARES ?? [],
  environment: env.ENVIRONMENT,
});

/** One line for a person: setting, problem, remedy. */
export const describeIssue = ({ setting, problem, remedy }: ConfigIssue): string =>
  `${setting} ${problem}. Right would be: ${remedy}.`;

/** The values that must never reach a log, for `redact`. */
export const secretsOf = (config: GatewayConfig): readonly string[] => [
  config.credentials.secretAccessKey,
  config.ticketSecret,
  ...(config.credentials.sessionToken === null ? [] : [config.credentials.sessionToken]),
  ...config.apiKeys,
];
