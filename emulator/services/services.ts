/**
 * All services beside the speech model, with what they share: credentials, the scenario, traces, faults and the bank.
 */
import { createA2a } from "../a2a/a2a.ts";
import { createAgentCore } from "../agentcore/agentcore.ts";
import { type BankTool, createBank } from "../bank/bank.ts";
import type { Clock } from "../clock.ts";
import { createConverse } from "../converse/converse.ts";
import { createMcp } from "../mcp/mcp.ts";
import type { DeclaredMemory } from "../memory/declared.ts";
import { createMemory } from "../memory/memory.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Issued } from "../sts/issued.ts";
import { createSts } from "../sts/sts.ts";
import type { Gatekeeper } from "./authenticate.ts";
import { type CallBook, createCallBook } from "./call-book.ts";
import { type Counter, createCounter } from "./counter.ts";
import { createHostedAgent, type HostedAgent } from "./hosted-agent.ts";
import { createServiceDesk, type ServiceDesk } from "./service-faults.ts";

export interface Services extends Counter {
  readonly book: CallBook;
  readonly desk: ServiceDesk;
  /** Forgets calls, sessions, tasks, transfers, and what memories hold. Faults that wait stay. */
  reset(): void;
}

export interface ServicesOptions {
  readonly gatekeeper: Gatekeeper;
  readonly clock: Clock;
  /** ms since 1970 */
  readonly wallNow: () => number;
  readonly issued: Issued;
  /** `http` or `https` */
  readonly scheme: string;
  /** Memories with strategies of their own, beside those of the scenario. */
  readonly memories: readonly DeclaredMemory[];
  getScenario(): Scenario | undefined;
}

export function createServices(options: ServicesOptions): Services {
  const { clock, wallNow, gatekeeper } = options;
  const now = (): Date => new Date(wallNow());
  let bank: readonly BankTool[] = createBank();
  const createAgent = (name: string): HostedAgent =>
    createHostedAgent({ name, tools: bank, scenario: options.getScenario(), clock, now });

  const book = createCallBook(() => clock.now(), wallNow);
  const desk = createServiceDesk();
  const services = [
    createConverse({ gatekeeper, clock, now, getScenario: options.getScenario }),
    createAgentCore({ gatekeeper, clock, createAgent }),
    createMemory({
      ...{ gatekeeper, clock, wallNow },
      getDeclared: () => [...(options.getScenario()?.memories ?? []), ...options.memories],
    }),
    createMcp({ gatekeeper, clock, getBank: () => bank }),
    createSts({ gatekeeper, issued: options.issued, wallNow }),
    createA2a({
      gatekeeper,
      now,
      scheme: options.scheme,
      createAgent: () => createAgent("mortgage specialist"),
    }),
  ];
  return {
    ...createCounter({ services, book, desk, clock }),
    book,
    desk,
    reset() {
      bank = createBank();
      book.clear();
      for (const service of services) service.reset();
    },
  };
}
