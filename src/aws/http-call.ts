/**
 * One HTTP call and its answer, within a time limit that covers both. Redirects are not followed.
 */
import { type AlarmClock, systemClock } from "../base/clock.ts";
import { err, type Result } from "../base/result.ts";
import { readBeginning } from "./bounded-body.ts";
import { type CallFailure, refusalKind } from "./call-failure.ts";
import { foreignWords } from "./foreign-words.ts";

export interface HttpCall {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Ms until the whole answer must have been read. */
  readonly timeoutMs: number;
  /** Gives up sooner. */
  readonly signal?: AbortSignal | undefined;
  /** Values that must not be repeated from a refusal. */
  readonly secrets?: readonly string[] | undefined;
  readonly clock?: Pick<AlarmClock, "after"> | undefined;
}

/** Reads what it wants of an answer. May reject where the body breaks off. */
export type ReadAnswer<T> = (response: Response) => Promise<Result<T, CallFailure>>;

/** A refusal is a sentence of JSON; more than this is somebody else's web page. */
const MAX_REFUSAL_BYTES = 4096;

/** Calls, and has a 2xx answer read by `read`. Never rejects; when it settles, nothing of the call is left open. */
export async function httpCall<T>(call: HttpCall, read: ReadAnswer<T>): Promise<Result<T, CallFailure>> {
  const { signal, secrets = [], clock = systemClock } = call;
  if (signal?.aborted) return err({ type: "aborted" });
  const over = new AbortController();
  let stopTimer = (): void => {};
  let stopListening = (): void => {};
  // Whoever does not hear an abort is left behind all the same.
  const given = new Promise<Result<T, CallFailure>>((resolve) => {
    stopTimer = clock.after(call.timeoutMs, () => resolve(err({ type: "timeout" })));
    const abort = (): void => resolve(err({ type: "aborted" }));
    signal?.addEventListener("abort", abort);
    stopListening = () => signal?.removeEventListener("abort", abort);
  });
  try {
    return await Promise.race([given, exchange(call, over.signal, read, secrets)]);
  } finally {
    stopTimer();
    stopListening();
    over.abort();
  }
}

async function exchange<T>(
  { method, url, headers, body }: HttpCall,
  signal: AbortSignal,
  read: ReadAnswer<T>,
  secrets: readonly string[],
): Promise<Result<T, CallFailure>> {
  try {
    const response = await fetch(url, { method, headers, body, redirect: "manual", signal });
    return response.ok ? await read(response) : err(await refusal(response, secrets));
  } catch (error) {
    const cause =
      error instanceof Error ? [error.message, causeOf(error)].filter(Boolean).join(": ") : String(error);
    return err({ type: "unreachable", cause: foreignWords(cause, secrets) });
  }
}

/** Node says only "fetch failed" and has the reason below. */
const causeOf = (error: Error): string => (error.cause instanceof Error ? error.cause.message : "");

async function refusal(response: Response, secrets: readonly string[]): Promise<CallFailure> {
  const { status, headers } = response;
  const body = await readBeginning(response, MAX_REFUSAL_BYTES);
  const said = errorOf(body);
  const errorType = foreignWords((headers.get("x-amzn-errortype") ?? said.type).replace(/:.*$/s, ""));
  const after = Number(headers.get("retry-after") ?? Number.NaN);
  return {
    type: "refused",
    kind: refusalKind(status, errorType),
    status,
    errorType,
    message: foreignWords(said.message, secrets),
    retryAfterMs: after >= 0 ? after * 1000 : null,
  };
}

/** AWS says `message` or `Message`, others `error`; anything else is taken as it is. */
function errorOf(body: string): { readonly type: string; readonly message: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null) {
      const texts = Object.entries(parsed).flatMap(([name, value]): [string, string][] =>
        typeof value === "string" ? [[name.toLowerCase(), value]] : [],
      );
      const { message, error, detail, __type: type = "" } = Object.fromEntries(texts);
      return { type: type.replace(/^.*#/, ""), message: message ?? error ?? detail ?? body };
    }
  } catch {
    // Not JSON.
  }
  return { type: "", message: body };
}
