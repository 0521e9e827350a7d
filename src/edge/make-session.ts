/**
 * `POST /v1/sessions`: makes a session, warms its stream to the model, and gives out the one ticket that opens it.
 */
import { gatewayError } from "../base/errors.ts";
import { explain } from "../base/explain.ts";
import { LIMITS } from "../base/limits.ts";
import { ok } from "../base/result.ts";
import { DEFAULT_FORMATS } from "../dialect/antiphon-v1/audio-format.ts";
import { routed, routeFor } from "../model/route.ts";
import { admission } from "./admission.ts";
import { failure, json } from "./answers.ts";
import type { Handler } from "./endpoint.ts";
import { homeRegion, placementFor } from "./placement.ts";
import { readJsonBody } from "./read-body.ts";
import { issueResumeToken, resumeTokenEnd } from "./resume-token.ts";
import { sessionRequest } from "./session-request.ts";
import { issueTicket, type TicketClaims } from "./ticket.ts";
import { unknownAgent } from "./unknown-agent.ts";
import { positionOf } from "./whereabouts.ts";

export const makeSession: Handler = async (call) => {
  const { request, config, agents, sessions, clock, ids } = call;
  const body = await readJsonBody(request);
  if (!body.ok) return failure(body.error);
  const parsed = sessionRequest.safeParse(body.value);
  if (!parsed.success) return failure(gatewayError("bad_request", explain(parsed.error, "body")));
  const wanted = parsed.data;
  const agent = agents.find((candidate) => candidate.name === wanted.agent);
  if (agent === undefined) return failure(unknownAgent(wanted.agent, agents));

  const { input, output } = wanted.audio ?? DEFAULT_FORMATS;
  const claims: TicketClaims = {
    session: ids.uuid(),
    ticket: ids.uuid(),
    agent: agent.name,
    caller: wanted.caller ?? null,
    tenant: wanted.tenant ?? null,
    expiresAt: clock.now() + LIMITS.ticketMs,
  };
  const { session, caller, tenant, expiresAt } = claims;
  const wish = routeFor(agent, wanted.near ?? positionOf(request));
  const first = routed(agent, config.region, wish).find(({ name }) => name === agent.start);
  const admitted = first === undefined ? ok(null) : await admission(call, first, { session, tenant });
  if (!admitted.ok) return admitted.error;
  const route = admitted.value === null ? wish : { ...wish, home: admitted.value.region };
  const segments = routed(agent, config.region, route);
  const placement = placementFor(homeRegion({ ...agent, segments }, config.region) ?? agent.region);
  const object = sessions.getByName(session, placement === null ? {} : { locationHint: placement.hint });
  const made = await object.create({
    session,
    agent: agent.name,
    caller,
    tenant,
    inputRate: input.rate,
    outputRate: output.rate,
    ticket: { id: claims.ticket, expiresAt },
    resumeToken:
      wanted.resume === false
        ? null
        : issueResumeToken(session, resumeTokenEnd(clock.now(), agent.limits.sessionMs), config.ticketSecret),
    toolDetails: wanted.toolDetails ?? false,
    memory: wanted.memory ?? true,
    route,
    claimed: admitted.value?.claimed ?? null,
  });
  if (!made.ok) {
    await admitted.value?.giveBack();
    return failure(made.error);
  }
  return json(
    {
      session,
      ticket: issueTicket(claims, config.ticketSecret),
      url: connectUrl(request, session),
      expiresAt,
    },
    201,
    { location: `/v1/sessions/${session}` },
  );
};

/** Where the client connects: this gateway, as the request reached it. */
const connectUrl = (request: Request, session: string): string => {
  const url = new URL(`/v1/sessions/${session}/connect`, request.url);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
};
