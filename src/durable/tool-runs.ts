/**
 * The tools of a session at work: each call is written down before it begins and when it has ended, so that an object that
 * is lost in between runs none twice.
 */
import type { AgentDefinition } from "../agent/agent.ts";
import type { Log } from "../base/log.ts";
import type { Effect, Inbound, Notice, ToolCall } from "../conversation/events.ts";
import { badArguments, failed } from "../conversation/tool-failure.ts";
import type { RecordRedactor } from "../memory/record-redactor.ts";
import type { ToolBox, ToolContext } from "../tools/tool-runner.ts";
import type { SessionInit } from "./session-rpc.ts";
import type { SessionStore } from "./session-store.ts";

type ClientCall = Extract<Notice, { type: "client_tool_call" }>;

export interface ToolRunsParts {
  readonly init: SessionInit;
  readonly agent: AgentDefinition;
  readonly store: SessionStore;
  readonly redactor: RecordRedactor;
  readonly log: Log;
  /** What became of a call, and what its tool says meanwhile. */
  readonly take: (inbound: Inbound) => void;
  readonly crash: (bug: unknown) => void;
}

export class ToolRuns {
  readonly #parts: ToolRunsParts;
  readonly #running = new Map<string, AbortController>();
  /** Null until the tools are found. */
  #box: ToolBox | null = null;
  #ended = false;

  constructor(parts: ToolRunsParts) {
    this.#parts = parts;
  }

  found(box: ToolBox): void {
    this.#box = box;
  }

  run(call: ToolCall): void {
    const { store, redactor, take, crash } = this.#parts;
    const controller = new AbortController();
    this.#running.set(call.call, controller);
    store.callBegins({ ...call, arguments: redactor.json(call.arguments) });
    const progress = (words: string) => take({ type: "tool_progress", call: call.call, words });
    const running = this.#box?.run(call, this.#context(call), controller.signal, progress);
    running?.then(({ outcome, word = {} }) => {
      this.#running.delete(call.call);
      // A refusal is the tool's own answer and may hold what the caller said; it is no failure of anything.
      if (outcome.status === "failed" && outcome.reason !== "refused")
        this.#parts.log("warn", "tool_failed", {
          session: this.#parts.init.session,
          tool: call.name,
          reason: outcome.reason,
          // Which argument, and what would be right; never the value.
          ...(outcome.reason === "bad_arguments" ? { why: outcome.say } : {}),
        });
      if (!this.#ended) store.callEnded(call.call, { outcome: redactor.outcome(outcome), word });
      take({ type: "tool_result", call: call.call, outcome, word });
    }, crash);
  }

  cancel(call: string): void {
    this.#running.get(call)?.abort();
    this.#running.delete(call);
  }

  prefetch(call: Extract<Effect, { type: "tool.prefetch" }>["call"]): void {
    this.#box?.prefetch(call.name, call.arguments, this.#context(call)).catch(this.#parts.crash);
  }

  /** What the client is asked, with arguments that fit the tool's schema; or the outcome that tells the model what to mend. */
  forClient(notice: ClientCall): ClientCall | Extract<Inbound, { type: "command" }> {
    const checked = this.#box?.check(notice.name, notice.arguments);
    if (checked?.ok) return { ...notice, arguments: checked.value };
    const result = checked ? badArguments(checked.error) : failed("unknown_tool");
    return { type: "command", command: { type: "client_tool_result", call: notice.call, result } };
  }

  /** The session is over: what still runs is called off, and nothing more is written. */
  end(): void {
    this.#ended = true;
    for (const controller of this.#running.values()) controller.abort();
  }

  /** Who is asking, as a tool may trust it. */
  #context({ segment, facts }: Pick<ToolCall, "segment" | "facts">): ToolContext {
    const { init, agent } = this.#parts;
    const { session, caller, tenant } = init;
    return { session, agent: agent.name, caller, tenant, segment, facts };
  }
}
