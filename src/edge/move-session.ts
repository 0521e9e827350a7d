/**
 * `POST /v1/sessions/:id/segment`: an operator moves a talk to another segment of its agent.
 */
import { gatewayError } from "../base/errors.ts";
import { explain } from "../base/explain.ts";
import { empty, failure } from "./answers.ts";
import type { Handler } from "./endpoint.ts";
import { withSession } from "./one-session.ts";
import { readJsonBody } from "./read-body.ts";
import { segmentRequest } from "./segment-request.ts";

export const moveSession: Handler = async (call) => {
  const body = await readJsonBody(call.request);
  if (!body.ok) return failure(body.error);
  const parsed = segmentRequest.safeParse(body.value);
  if (!parsed.success) return failure(gatewayError("bad_request", explain(parsed.error, "body")));
  return withSession(
    call,
    (session) => session.goTo(parsed.data.segment),
    () => empty(204),
  );
};
