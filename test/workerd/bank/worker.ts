/**
 * A gateway that serves the bank's agents, with the bank's own Workers as entrypoints of the same Worker: the tests
 * reach each over a real service binding.
 */
import { bank } from "../../../examples/bank/agents/bank.ts";
import { segmented } from "../../../examples/bank/agents/segmented.ts";
import { withSubAgents } from "../../../examples/bank/agents/sub-agent.ts";
import { toolDriven } from "../../../examples/bank/agents/tool-driven.ts";
import { gateway } from "../../../src/index.ts";

export { default as MortgageAdviser, Folder } from "../../../examples/bank/mortgage/src/index.ts";
export { Books, Door, default as BankTools } from "../../../examples/bank/tools/src/index.ts";

const parts = gateway({ agents: [bank, toolDriven, withSubAgents, segmented] });

export class VoiceSession extends parts.VoiceSession {}
export class CallerMemory extends parts.CallerMemory {}
export default parts.worker;
