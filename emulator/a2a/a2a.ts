/**
 * An agent that speaks the Agent2Agent protocol over JSON-RPC. Source: A2A 0.3.0.
 */
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { refusalFor } from "../doors/refusal.ts";
import {
  INTERNAL_ERROR,
  invalidParams,
  METHOD_NOT_FOUND,
  type RpcError,
  type RpcId,
  type RpcParams,
  readMessage,
  rpcError,
  rpcResult,
} from "../mcp/json-rpc.ts";
import { bearerToken, type Gatekeeper, isKnownToken } from "../services/authenticate.ts";
import type { HostedAgent } from "../services/hosted-agent.ts";
import { SSE_HEADERS, sse } from "../services/media.ts";
import {
  type Answer,
  type Call,
  type OrderedRefusal,
  type Piece,
  type Service,
  whole,
} from "../services/service.ts";
import { agentCard } from "./card.ts";
import { isOver, sendParams, taskParams, wordsOf } from "./task.ts";
import { createWorker, type Job } from "./worker.ts";

export interface A2aOptions {
  readonly gatekeeper: Gatekeeper;
  readonly now: () => Date;
  /** `http` or `https`, for the card's address. */
  readonly scheme: string;
  createAgent(): HostedAgent;
}

/** Errors that A2A adds to JSON-RPC's. */
const TASK_NOT_FOUND: RpcError = { code: -32001, message: "Task not found" };
const TASK_NOT_CANCELABLE: RpcError = { code: -32002, message: "Task cannot be canceled" };

const CARD_PATHS = new Set(["/a2a/.well-known/agent-card.json", "/a2a/.well-known/agent.json"]);

export function createA2a({ gatekeeper, now, scheme, createAgent }: A2aOptions): Service {
  const worker = createWorker(createAgent, now);

  const serve = async (call: Call): Promise<Answer> => {
    const token = bearerToken(call.request);
    // The agent is open to everybody, but a token that is shown has to be right.
    if (token !== undefined && !isKnownToken(token, gatekeeper)) {
      return whole(
        401,
        { error: "Invalid bearer token" },
        { "www-authenticate": 'Bearer error="invalid_token"' },
      );
    }
    const message = readMessage(call.request.body);
    if (message.type === "wrong") return whole(200, rpcError(null, message.error));
    if (message.type === "unanswered") return { type: "whole", status: 202, headers: {}, body: "" };
    const { id, method, params } = message;
    switch (method) {
      case "message/send":
      case "message/stream": {
        const begun = begin(params);
        if (!begun.ok) return whole(200, rpcError(id, begun.error));
        return method === "message/send" ? sent(id, begun.job, begun.isBlocking) : streamed(id, begun.job);
      }
      case "tasks/get":
      case "tasks/cancel":
        return whole(200, aboutTask(id, method, params));
      default:
        return whole(200, rpcError(id, METHOD_NOT_FOUND));
    }
  };

  const begin = (params: RpcParams) => {
    const parsed = sendParams.safeParse(params);
    if (!parsed.success) return { ok: false as const, error: invalidParams(firstIssue(parsed.error)) };
    const { message, configuration } = parsed.data;
    const earlier = message.taskId === undefined ? undefined : worker.find(message.taskId);
    if (message.taskId !== undefined && earlier === undefined)
      return { ok: false as const, error: TASK_NOT_FOUND };
    if (earlier !== undefined && isOver(earlier.status.state)) {
      return { ok: false as const, error: invalidParams("The task is over; begin another in its context") };
    }
    const contextId = message.contextId ?? earlier?.contextId ?? randomUUID();
    const isBlocking = configuration?.blocking ?? true;
    return { ok: true as const, job: worker.begin(wordsOf(parsed.data), contextId, !isBlocking), isBlocking };
  };

  const sent = async (id: RpcId, job: Job, isBlocking: boolean): Promise<Answer> =>
    whole(200, rpcResult(id, isBlocking ? await job.outcome : job.task));

  const aboutTask = (id: RpcId, method: "tasks/get" | "tasks/cancel", params: RpcParams) => {
    const parsed = taskParams.safeParse(params);
    if (!parsed.success) return rpcError(id, invalidParams(firstIssue(parsed.error)));
    const task = worker.find(parsed.data.id);
    if (task === undefined) return rpcError(id, TASK_NOT_FOUND);
    if (method === "tasks/get") return rpcResult(id, task);
    const canceled = worker.cancel(task.id);
    return canceled === undefined ? rpcError(id, TASK_NOT_CANCELABLE) : rpcResult(id, canceled);
  };

  return {
    name: "a2a",
    route(method, path) {
      if (method === "GET" && CARD_PATHS.has(path)) {
        return {
          name: "agent-card",
          serve: async ({ request }) => whole(200, agentCard(`${scheme}://${request.headers.host}/a2a`)),
        };
      }
      return method === "POST" && path === "/a2a" ? { name: "JSON-RPC", serve } : undefined;
    },
    refuse: ({ status, errorType, message }: OrderedRefusal) => {
      const refusal = refusalFor(status, errorType, message);
      return whole(status, { error: refusal.message });
    },
    reset: () => worker.clear(),
  };
}

function streamed(id: RpcId, job: Job): Answer {
  async function* pieces(): AsyncGenerator<Piece> {
    for await (const happening of job.happenings()) yield sse(happening.kind, rpcResult(id, happening));
  }
  return {
    type: "stream",
    headers: SSE_HEADERS,
    pieces: pieces(),
    broken: (_, message) => sse("error", rpcError(id, { ...INTERNAL_ERROR, message })),
  };
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "params"}: ${issue?.message}`;
}
