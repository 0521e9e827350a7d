/**
 * A gateway that remembers its callers: the bank, and plain agents whose memory differs in one thing each. What a test
 * does to the memory of callers (`trouble.ts`), it does to all of them.
 */
import { bank } from "../../../examples/bank/agents/bank.ts";
import { defineAgent, gateway } from "../../../src/index.ts";
import type { KeepBatch, RecallQuery } from "../../../src/memory/caller-store.ts";
import type { MemoryEntry } from "../../../src/memory/memory-entry.ts";
import { trouble } from "./trouble.ts";

export { default as MortgageAdviser, Folder } from "../../../examples/bank/mortgage/src/index.ts";
export { Books, Door, default as BankTools } from "../../../examples/bank/tools/src/index.ts";

const plain = { prompt: "You keep notes.", redact: ["card", "email"] } as const;
const agentCore = {
  memoryId: "callers-Ab12Cd34Ef",
  namespaces: ["/preferences/{actorId}/", "/facts/{actorId}/"],
};
const reader = { model: "amazon.nova-2-lite-v1:0", region: "us-east-1" };

const parts = gateway({
  agents: [
    bank,
    defineAgent({ name: "notes", ...plain, memory: {} }),
    defineAgent({ name: "notes-agent-core", ...plain, memory: { agentCore } }),
    defineAgent({ name: "notes-reader", ...plain, memory: { keep: { reader } } }),
  ],
});

export class VoiceSession extends parts.VoiceSession {}

export class CallerMemory extends parts.CallerMemory {
  override async recall(query: RecallQuery): Promise<readonly MemoryEntry[]> {
    if (trouble.recallHangs) await new Promise(() => {});
    await trouble.recallAwaits;
    return super.recall(query);
  }

  override async keep(batch: KeepBatch): Promise<boolean> {
    trouble.sent.push(batch.id);
    if (trouble.keepFails) throw new Error("the memory is out of order");
    return super.keep(batch);
  }
}

export default parts.worker;
