/**
 * `GET`, its transcript, `POST …/rotate` and `DELETE` of one session.
 */
import { type GatewayError, gatewayError } from "../base/errors.ts";
import type { Result } from "../base/result.ts";
import { empty, failure, json } from "./answers.ts";
import type { Call, Handler } from "./endpoint.ts";
import { type SessionStub, sessionIdOf } from "./sessions.ts";

export const showSession: Handler = (call) =>
  withSession(
    call,
    (session) => session.status(),
    (status) => json(status),
  );

export const showTranscript: Handler = (call) =>
  withSession(
    call,
    (session) => session.transcript(),
    (entries, id) => json({ session: id, entries }),
  );

export const rotateSession: Handler = (call) =>
  withSession(
    call,
    (session) => session.rotate(),
    () => empty(204),
  );

export const endSession: Handler = (call) =>
  withSession(
    call,
    (session) => session.end(),
    () => empty(204),
  );

export const withSession = async <T>(
  { id, sessions }: Call,
  ask: (session: SessionStub) => Promise<Result<T, GatewayError>>,
  show: (value: T, id: string) => Response,
): Promise<Response> => {
  const session = sessionIdOf(id);
  if (session === null) return failure(gatewayError("session_unknown", "a session's id is a UUID"));
  const answer = await ask(sessions.getByName(session));
  return answer.ok ? show(answer.value, session) : failure(answer.error);
};
