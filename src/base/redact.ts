/**
 * Takes secrets out of any text before it reaches a log: query strings (presigned URLs and tickets travel in them),
 * credentials by name, credentials by shape, and values the caller knows. Removes too much rather than too little;
 * session ids (UUIDs) stay, since a log without them says nothing. Every pattern runs in linear time.
 */

const GONE = "[redacted]";

/** Known secrets shorter than this are left to the patterns: they would eat ordinary words. */
const KNOWN_CHARS = 8;

const NAMES =
  "authorization|sec-websocket-protocol|cookie|ticket|secret|password|passwd|token|signature|credential|api[-_]?keys?|access[-_]?key(?:[-_]?id)?|session[-_]?key|private[-_]?key";

/** From a question mark, percent-encoded or not, to the end of the run. A query when it holds a `=`. */
const QUERY = /(?:\?|%3f)[^\s"'<>`]+/gi;
/** `user:password@` of a URL. */
const USERINFO = /\/\/[^\s/@"'<>]{1,512}@/g;
/** `Authorization: Bearer abc`, `"ticket": "abc"`, `aws_secret_access_key=abc`, quoted or bare, up to the line's or value's end. */
const NAMED = new RegExp(
  `((?:${NAMES})["']?\\s{0,4}[:=]\\s{0,4})("(?:[^"\\\\\\n]|\\\\.)*"?|'(?:[^'\\\\\\n]|\\\\.)*'?|(?:(?:bearer|basic|aws4-hmac-sha256)\\s[^\\n"']*)|[^\\s,;&"'}\\])]+)`,
  "gi",
);
/** A credential after its scheme; ordinary words after "bearer" are shorter. */
const BEARER = /bearer\s+[^\s"',;]{12,}/gi;
/** AWS's identifiers of keys, users and roles (IAM user guide, unique identifiers). */
const AWS_ID = /(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{8,}/g;
/** Our tickets and resume tokens (edge/signed-token.ts), whole or cut off, and whatever else came in their place. */
const TICKET = /(?:ticket|resume)\.[\w.~-]{8,}|a[rt]1\.[\w-]+(?:\.[\w-]*)?/gi;

const UUID = /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/i;
/** Keys, signatures and tokens without a name: hex, base64 or base64url of 24 bytes and more. */
const OPAQUE = /[\w+/=-]{32,}/g;

/**
 * `text` without what must not be logged. `secrets` are values known to be secret; they go wherever they stand,
 * percent-encoded too.
 */
export const redact = (text: string, secrets: readonly string[] = []): string => {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < KNOWN_CHARS) continue;
    clean = clean.replaceAll(secret, GONE).replaceAll(encodeURIComponent(secret.toWellFormed()), GONE);
  }
  clean = clean
    .replace(QUERY, (run) => (/=|%3d/i.test(run) ? `?${GONE}` : run))
    .replace(USERINFO, `//${GONE}@`)
    .replace(NAMED, `$1${GONE}`)
    .replace(BEARER, `Bearer ${GONE}`)
    .replace(TICKET, GONE)
    .replace(AWS_ID, GONE);
  // UUIDs are kept whole: splitting by a captured pattern puts them at the odd places.
  return clean
    .split(UUID)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(OPAQUE, redactOpaque)))
    .join("");
};

/** A long mix of letters and digits is a secret; in small letters with dashes or slashes it is a path or a name. */
const redactOpaque = (run: string): string =>
  /\d/.test(run) && /[a-z]/i.test(run) && (/[A-Z]/.test(run) || !/[/-]/.test(run)) ? GONE : run;
