/**
 * The setting TENANT_SHARES: how much of a model's places one tenant may hold while the house is nearly full. Whose
 * caller it is, your own server says when it makes a session.
 */
import { LIMITS } from "./limits.ts";
import { err, ok, type Result } from "./result.ts";

export interface TenantShare {
  /** As in `POST /v1/sessions`; null for any tenant that is not named. */
  readonly tenant: string | null;
  /** Of all places of a model in a region: above 0, at most 1. */
  readonly share: number;
}

/** The last `=` parts them: a tenant's name may have others. */
const ENTRY = /^(.+)=(\d?\.\d{1,4}|\d)$/u;

/** What is wrong with `entries`, each as words to be read after the setting's name, or what they say. */
export const readTenantShares = (
  entries: readonly string[],
): Result<readonly TenantShare[], readonly string[]> => {
  const faults: string[] = [];
  const read: TenantShare[] = [];
  entries.forEach((text, index) => {
    const fault = (what: string) => faults.push(`has an entry, number ${index + 1}, ${what}`);
    const [, name, number] = ENTRY.exec(text) ?? [];
    const share = Number(number);
    const tenant = name === "*" ? null : (name?.trim() ?? null);
    if (name === undefined || tenant === "") fault("that is not tenant=share");
    else if (share <= 0 || share > 1) fault("whose share is not above 0 and at most 1");
    else if (tenant !== null && tenant.length > LIMITS.identityChars)
      fault(`whose tenant has more than ${LIMITS.identityChars} characters`);
    else if (read.some((known) => known.tenant === tenant)) fault("that says once more what another says");
    else read.push({ tenant, share });
  });
  return faults.length > 0 ? err(faults) : ok(read);
};

/** Of all places of a model, the part that `tenant` may hold while they are scarce. */
export const shareOf = (settings: readonly TenantShare[], tenant: string): number => {
  const said = (name: string | null) => settings.find((entry) => entry.tenant === name)?.share;
  return said(tenant) ?? said(null) ?? LIMITS.placeTenantShare;
};

/** All that counts: first that of tenants who are not named. */
export const sharesTold = (settings: readonly TenantShare[]): readonly TenantShare[] => {
  const others = settings.find(({ tenant }) => tenant === null)?.share ?? LIMITS.placeTenantShare;
  return [{ tenant: null, share: others }, ...settings.filter(({ tenant }) => tenant !== null)];
};
