/**
 * The few requests of the gateway's HTTP API that the scripts need.
 */
import * as z from "zod";
import type { SampleRate } from "../../src/audio/format.ts";
import { err, ok, type Result } from "../../src/base/result.ts";

const sessionSchema = z.object({ session: z.string(), ticket: z.string(), url: z.string() });
/** A gateway of before `greets` does not say: its agents may greet. */
const agentSchema = z.object({ name: z.string(), greets: z.boolean().default(true) });
const agentsSchema = z.object({ agents: z.array(agentSchema) });
const errorSchema = z.object({ error: z.object({ message: z.string(), detail: z.string().optional() }) });

export type OpenedSession = z.infer<typeof sessionSchema>;
export type ListedAgent = z.infer<typeof agentSchema>;

export interface Gateway {
  /** Without a trailing slash. */
  readonly url: string;
  readonly key: string | null;
}

export interface SessionWish {
  readonly agent: string;
  /** Who calls, as the tools are told; null for nobody in particular. */
  readonly caller: string | null;
  readonly tenant: string | null;
  readonly inputRate: SampleRate;
  readonly outputRate: SampleRate;
}

/** The agent of the wanted name, or the gateway's first. The error is one line with its mend. */
export const chooseAgent = async (
  gateway: Gateway,
  wanted: string | null,
): Promise<Result<ListedAgent, string>> => {
  const answer = await ask(gateway, "/v1/agents", agentsSchema);
  if (!answer.ok) return answer;
  const { agents } = answer.value;
  const agent = wanted === null ? agents[0] : agents.find(({ name }) => name === wanted);
  if (agent !== undefined) return ok(agent);
  return agents.length === 0
    ? err("The gateway has no agents: add one in agents/index.ts.")
    : err(
        `${gateway.url} has no agent "${wanted}": choose from ${agents.map(({ name }) => name).join(", ")}.`,
      );
};

/** Makes a session. The error is one line with its mend. */
export const openSession = (gateway: Gateway, wish: SessionWish): Promise<Result<OpenedSession, string>> =>
  ask(gateway, "/v1/sessions", sessionSchema, {
    agent: wish.agent,
    ...(wish.caller === null ? {} : { caller: wish.caller }),
    ...(wish.tenant === null ? {} : { tenant: wish.tenant }),
    toolDetails: true,
    audio: {
      input: { encoding: "pcm16", rate: wish.inputRate },
      output: { encoding: "pcm16", rate: wish.outputRate },
    },
  });

const ask = async <T>(
  { url, key }: Gateway,
  path: string,
  schema: z.ZodType<T>,
  body?: unknown,
): Promise<Result<T, string>> => {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch {
    return err(`Nobody answers at ${url}: start the gateway with npm start, or name another with --url.`);
  }
  const json = parse(text);
  if (response.ok) {
    const parsed = schema.safeParse(json);
    return parsed.success
      ? ok(parsed.data)
      : err(`${url} is not an Antiphon gateway: ${path} has another form.`);
  }
  const told = errorSchema.safeParse(json);
  const words = told.success
    ? [told.data.error.message, told.data.error.detail].filter((part) => part !== undefined).join(" ")
    : "it does not look like an Antiphon gateway.";
  const mend = response.status === 401 ? " Give one with --key." : "";
  return err(`${url} answers ${response.status}: ${words}${mend}`);
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
