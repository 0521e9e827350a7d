/**
 * What both doors do before a stream exists: whose signature is it, which model, is there room, was a refusal ordered.
 */

import { type Verified, type Verifier, verifyRequest } from "../auth/request-signature.ts";
import type { ReceivedRequest } from "../auth/signature-parts.ts";
import type { Door, Place, Registry } from "../engine/registry.ts";
import { findModel } from "../protocol/models.ts";
import { err, ok, type Result } from "../result.ts";
import { type Refusal, refusalFor, throttled, unknownOperation, validation } from "./refusal.ts";

export interface Admitted {
  readonly verified: Verified;
  readonly place: Place;
}

type NovaDoor = Exclude<Door, "agentcore">;

export interface Reception {
  admit(request: ReceivedRequest, door: NovaDoor): Promise<Result<Admitted, Refusal>>;
}

const OPERATION: Readonly<Record<NovaDoor, string>> = {
  websocket: "invoke-with-bidirectional-stream-websocket",
  http2: "invoke-with-bidirectional-stream",
};

export function createReception(registry: Registry, verifier: Verifier): Reception {
  return {
    async admit(request, door) {
      const ordered = registry.desk.takeRefusal(claimedRegion(request));
      if (ordered !== undefined) return err(refusalFor(ordered.status, ordered.errorType, ordered.message));

      const modelId = modelOf(request, door);
      if (!modelId.ok) return modelId;
      const verified = await verifyRequest(request, verifier);
      if (!verified.ok) return verified;
      const { accessKeyId, region } = verified.value;
      const model = findModel(modelId.value, region);
      if (!model.ok) return model;
      const place = registry.reserve({ model: model.value, door, region, accessKeyId });
      if (place === undefined) return err(throttled("Too many requests, please wait before trying again."));
      return ok({ verified: verified.value, place });
    },
  };
}

/** Where a request says it is signed for, before anybody has looked whether that is true. */
export function claimedRegion({
  query,
  headers,
}: Pick<ReceivedRequest, "query" | "headers">): string | undefined {
  const credential = query.get("X-Amz-Credential")?.[0] ?? headers.authorization ?? "";
  return /\/\d{8}\/([a-z0-9-]+)\//.exec(credential)?.[1];
}

function modelOf(request: ReceivedRequest, door: NovaDoor): Result<string, Refusal> {
  const [empty, model, id, operation, ...rest] = request.path.split("/");
  if (empty !== "" || model !== "model" || !id || operation !== OPERATION[door] || rest.length > 0) {
    return err(unknownOperation);
  }
  try {
    return ok(decodeURIComponent(id));
  } catch {
    return err(validation("The provided model identifier is invalid."));
  }
}

/** Splits a request target into its path and decoded query; undefined when the query is not percent-encoded properly. */
export function readTarget(target: string): Pick<ReceivedRequest, "path" | "query"> | undefined {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = new Map<string, string[]>();
  try {
    for (const pair of mark < 0 ? [] : target.slice(mark + 1).split("&")) {
      if (pair === "") continue;
      const equals = pair.indexOf("=");
      const name = decodeURIComponent(equals < 0 ? pair : pair.slice(0, equals));
      const value = equals < 0 ? "" : decodeURIComponent(pair.slice(equals + 1));
      query.set(name, [...(query.get(name) ?? []), value]);
    }
  } catch {
    return undefined;
  }
  return { path, query };
}
