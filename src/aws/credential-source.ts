/**
 * The credentials of this deployment: those of its settings, or of the role that they may take. One source for all
 * sessions of an isolate.
 */
import type { AlarmClock } from "../base/clock.ts";
import type { GatewayConfig } from "../base/config.ts";
import type { Log } from "../base/log.ts";
import { assumeRole } from "./assume-role.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import { RenewedCredentials } from "./renewed-credentials.ts";

export type CredentialSettings = Pick<GatewayConfig, "credentials" | "region"> &
  Partial<Pick<GatewayConfig, "role" | "stsEndpoint">>;

/** Where STS is asked that no setting names a region for. */
const STS_REGION = "us-east-1";

/** The last one made: an isolate has one set of settings, until a deploy brings another isolate. */
let shared: { readonly key: string; readonly source: CredentialSource } | null = null;

export const credentialSource = (
  settings: CredentialSettings,
  clock: AlarmClock,
  log: Log,
): CredentialSource => {
  const { credentials, role, region, stsEndpoint: endpoint = null } = settings;
  if (!role) return { get: () => credentials };
  const key = JSON.stringify([credentials, role, region, endpoint]);
  if (shared?.key === key) return shared.source;
  const renew = () => assumeRole({ role, credentials, region: region ?? STS_REGION, endpoint, clock });
  const source = new RenewedCredentials({ renew, clock, log });
  shared = { key, source };
  return source;
};

/** Signs nothing that AWS accepts. */
const NOBODY: Credentials = { accessKeyId: "none", secretAccessKey: "none", sessionToken: null };

/**
 * What `source` has at the moment it is read, for those who keep credentials for as long as a session lasts. Reading all
 * members in one go gives members of the same ones.
 */
export const liveCredentials = async (source: CredentialSource): Promise<Credentials> => {
  let latest = await orNobody(source.get());
  const read = (): Credentials => {
    const given = source.get();
    if (given instanceof Promise) void orNobody(given).then((credentials) => (latest = credentials));
    else latest = given;
    return latest;
  };
  return {
    get accessKeyId() {
      return read().accessKeyId;
    },
    get secretAccessKey() {
      return read().secretAccessKey;
    },
    get sessionToken() {
      return read().sessionToken ?? null;
    },
  };
};

const orNobody = async (given: Credentials | Promise<Credentials>): Promise<Credentials> => {
  try {
    return await given;
  } catch {
    // The source has said why in the log, and whoever signs with this is told by AWS.
    return NOBODY;
  }
};
