/**
 * The tools of a small bank, as a Worker of their own. A gateway reaches it through a service binding; nobody else
 * does.
 */
import { z } from "zod";
import { SpeakableError, ToolWorker, tool } from "../../../src/index.ts";
import { accountsOf, transfer } from "./ledger.ts";

const account = z.enum(["checking", "savings"]).describe("Which of the caller's accounts");

export default class BankTools extends ToolWorker {
  readonly tools = {
    get_balance: tool({
      description: "Tells the balance of one of the caller's accounts.",
      input: z.object({ account }),
      run: ({ account }, { caller }) => {
        const { balance } = accountsOf(caller)[account];
        return { account, balance, currency: "USD" };
      },
    }),

    list_transactions: tool({
      description: "Lists the latest transactions of one of the caller's accounts, newest first.",
      input: z.object({ account, count: z.int().min(1).max(10).default(3).describe("How many") }),
      run: ({ account, count }, { caller }) => ({
        account,
        currency: "USD",
        transactions: accountsOf(caller)[account].transactions.slice(0, count),
      }),
    }),

    transfer: tool({
      description:
        "Moves money between the caller's own accounts. Say the amount and both accounts back to the caller, and " +
        "wait for a yes, before you call this.",
      input: z.object({
        from: account,
        to: account,
        amount: z.number().positive().max(10_000).describe("In US dollars"),
      }),
      // Session and call name this transfer for ever: asked twice, it is done once.
      run: ({ from, to, amount }, { caller, session, call }) => {
        const moved = transfer(caller, { from, to, amount, key: `${session}/${call}` });
        if (!moved.done) throw new SpeakableError(moved.because);
        return { moved: amount, currency: "USD", balances: moved.balances };
      },
    }),
  };
}
