/**
 * Where a request comes from, as far as Cloudflare knows: it finds the peer's address on a map, to the city at best.
 * https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties
 */
import * as z from "zod";
import type { Position } from "../model/nearness.ts";

/** Cloudflare writes degrees as text. */
const degrees = (most: number) =>
  z
    .string()
    .regex(/^-?\d{1,3}(?:\.\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(-most).max(most));

const MAP = z.object({ latitude: degrees(90), longitude: degrees(180) });

/** Null where it is not known: in development, and for addresses that are on no map. */
export const positionOf = (request: Request): Position | null =>
  MAP.safeParse(Reflect.get(request, "cf")).data ?? null;
