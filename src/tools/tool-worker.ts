/**
 * The Worker a builder extends to offer tools to a gateway behind a service binding. This is the one file of the room
 * that needs the Workers runtime.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { inputSchema } from "../agent/input-schema.ts";
import { LIMITS } from "../base/limits.ts";
import { badArguments, failed } from "../conversation/tool-failure.ts";
import {
  INVOCATION,
  type ToolBinding,
  type ToolDescription,
  type ToolInvocation,
  type ToolReply,
} from "./contract.ts";
import { runBody } from "./run-body.ts";
import type { Tool } from "./tool.ts";

/**
 * Extend it, list `tools`, export it as default: that is a tool Worker. Reachable only by who has a binding to it,
 * which only those can have who may deploy to the same account; so its context may be trusted.
 */
export abstract class ToolWorker<Env = Cloudflare.Env, Props = unknown>
  extends WorkerEntrypoint<Env, Props>
  implements ToolBinding
{
  /** By name: 1 to 64 letters, digits, `_` and `-`. */
  abstract readonly tools: Readonly<Record<string, Tool>>;

  /** RPC. Throws when a tool's schema cannot be told to a model: that is the builder's to mend. */
  async describe(): Promise<readonly ToolDescription[]> {
    return Object.entries(this.tools).map(([name, tool]) => {
      const schema = inputSchema(tool.input);
      if (!schema.ok) throw new TypeError(`The input of tool "${name}" cannot be described: ${schema.error}`);
      return {
        name,
        description: tool.description,
        inputSchema: schema.value,
        ...(tool.timeoutMs === null ? {} : { timeoutMs: tool.timeoutMs }),
        ...tool.policy,
      };
    });
  }

  /** RPC. Never throws: whatever the tool does, the answer is an outcome. What it threw goes to this Worker's log. */
  async invoke(invocation: ToolInvocation): Promise<ToolReply> {
    const parsed = INVOCATION.safeParse(invocation);
    if (!parsed.success) return badArguments("The call itself is not well formed");
    const { name, arguments: args, context, call, timeoutMs } = parsed.data;
    const tool = Object.hasOwn(this.tools, name) ? this.tools[name] : undefined;
    if (!tool) return failed("unknown_tool");
    const signal = AbortSignal.timeout(Math.min(timeoutMs, LIMITS.toolLongestMs));
    const given = { ...context, call, signal };
    const { outcome, word } = await runBody({ name, run: tool.run }, args, given, (failing, cause, about) => {
      if (about === "word") console.error(`Tool ${failing}: ${cause}`);
      else console.error(`Tool ${failing} failed:`, cause);
    });
    return word === undefined ? outcome : { ...outcome, word };
  }

  /** For whoever opens the Worker's address in a browser. */
  override fetch(): Response {
    return new Response(
      "This Worker offers tools to a voice gateway, through a service binding. Nothing else is here.\n",
    );
  }
}
