/**
 * The body of `POST /v1/sessions/:id/segment`.
 */
import * as z from "zod";
import { segmentName } from "../dialect/antiphon-v1/client-messages.ts";

export const segmentRequest = z.strictObject({ segment: segmentName });
