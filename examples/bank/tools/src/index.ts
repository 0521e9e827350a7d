/**
 * The tools of a small bank, as a Worker of their own. A gateway reaches it through a service binding; nobody else
 * does. Who is served is what the session knows for certain, never what the model says.
 */
import * as z from "zod";
import { answer, type CallContext, SpeakableError, ToolWorker, tool } from "../../../../src/index.ts";
import type { Books, Transferred } from "./books.ts";
import type { Door } from "./door.ts";
import { canBear, monthlyPayment, RATES, rateFor } from "./mortgage.ts";
import { personCalled } from "./people.ts";

export { Books } from "./books.ts";
export { Door } from "./door.ts";

interface Env {
  readonly BOOKS: DurableObjectNamespace<Books>;
  readonly DOORS: DurableObjectNamespace<Door>;
}

/** Always said, so that an answer that is kept is found again whatever the model's habits. */
const account = z
  .string()
  .max(40)
  .describe("Its kind, such as checking or savings, or its number. Checking, unless the caller says which.");
const loan = {
  amount: z.number().positive().max(5_000_000).describe("What is borrowed, in US dollars"),
  years: z.int().min(1).max(30).default(30).describe("Years to pay it back"),
};

/** Refused by the gateway before it comes here, unless it holds. */
const requires = { verified: true };
/** A transfer in the same call drops what is kept; one that is made elsewhere is seen a minute later. */
const cache = { freshMs: 60_000 };

const NOT_YOURS = "That is not one of your accounts.";
const WHY_NOT: Readonly<Record<Extract<Transferred, { done: false }>["because"], string>> = {
  no_account: NOT_YOURS,
  same_account: "Those are the same account.",
  not_enough: "There is not enough money in that account.",
};

export default class BankTools extends ToolWorker<Env> {
  readonly tools = {
    verify_identity: tool({
      description: "Signs the caller in. Ask for an account number and the date of birth, then call this.",
      input: z.object({
        // Spoken in groups, it is written in groups.
        account_number: z
          .string()
          .max(40)
          .transform((text) => text.replace(/\D/g, ""))
          .describe("Its digits"),
        date_of_birth: z.iso.date().describe("As YYYY-MM-DD"),
      }),
      // A model that asks twice in one breath has not used up two tries.
      idempotent: false,
      run: async ({ account_number, date_of_birth }, { tenant, facts }) => {
        // What was said and kept so far is the first one's, and no business of a second one's.
        if (facts.verified === true)
          throw new SpeakableError(
            "You are signed in already. For another customer, please make another call.",
          );
        const door = this.env.DOORS.getByName(nameOf(tenant, account_number));
        const opened = await door.knock(account_number, date_of_birth);
        if (opened.status === "closed") {
          const left =
            opened.triesLeft === 1 ? "There is one more try" : `There are ${opened.triesLeft} more tries`;
          throw new SpeakableError(`That number and date of birth do not belong together. ${left}.`);
        }
        if (opened.status === "locked")
          throw new SpeakableError(
            "That account is locked after too many tries. Please call again in a quarter of an hour.",
          );
        const { customer, name } = opened;
        return answer({ status: "verified", name }, { facts: { verified: true, customer, name } });
      },
    }),

    get_balance: tool({
      description: "Tells the balance of one of the caller's accounts.",
      input: z.object({ account }),
      requires,
      cache,
      run: async ({ account }, context) => {
        const { customer, books } = this.#booksOf(context);
        const found = await books.balance(customer, account);
        if (found === null) throw new SpeakableError(NOT_YOURS);
        return { account: found.kind, balance: found.balance / 100, currency: "USD" };
      },
    }),

    list_transactions: tool({
      description: "Lists the latest transactions of one of the caller's accounts, newest first.",
      input: z.object({ account, count: z.int().min(1).max(10).default(3).describe("How many") }),
      requires,
      cache,
      run: async ({ account, count }, context) => {
        const { customer, books } = this.#booksOf(context);
        const found = await books.entries(customer, account, count);
        if (found === null) throw new SpeakableError(NOT_YOURS);
        const transactions = found.map(({ date, text, amount }) => ({ date, text, amount: amount / 100 }));
        return { account, currency: "USD", transactions };
      },
    }),

    list_alerts: tool({
      description: "Lists what the bank wants the caller to know: warnings and news about their accounts.",
      input: z.object({}),
      requires,
      cache,
      run: async (_, context) => {
        const { customer, books } = this.#booksOf(context);
        const alerts = await books.alerts(customer);
        return { alerts: alerts.map(({ date, text }) => ({ date, text })) };
      },
    }),

    transfer: tool({
      description:
        "Moves money between the caller's own accounts. Say the amount and both accounts back to the caller, and " +
        "wait for a yes, before you call this.",
      input: z.object({
        from: account,
        to: account,
        amount: z.number().min(0.01).max(10_000).describe("In US dollars"),
      }),
      requires,
      idempotent: false,
      invalidates: ["get_balance", "list_transactions"],
      run: async ({ from, to, amount }, context) => {
        const { customer, books } = this.#booksOf(context);
        // Session and call name this transfer for ever: asked twice, it is done once.
        const key = `${context.session}/${context.call}`;
        const moved = await books.transfer(customer, { key, from, to, amount: Math.round(amount * 100) });
        if (!moved.done) throw new SpeakableError(WHY_NOT[moved.because]);
        const balances = {
          [moved.from.kind]: moved.from.balance / 100,
          [moved.to.kind]: moved.to.balance / 100,
        };
        return { moved: amount, currency: "USD", balances };
      },
    }),

    get_mortgage_rates: tool({
      description: "Tells today's mortgage rates.",
      input: z.object({}),
      cache,
      run: () => ({ rates: RATES }),
    }),

    calculate_payment: tool({
      description: "Works out what a mortgage costs a month.",
      input: z.object(loan),
      requires,
      run: ({ amount, years }) => {
        const percent = rateFor(years);
        return {
          payment: monthlyPayment(amount * 100, years, percent) / 100,
          currency: "USD",
          percent,
          years,
        };
      },
    }),

    check_eligibility: tool({
      description: "Tells whether the caller could have a mortgage of that size.",
      input: z.object(loan),
      requires,
      run: ({ amount, years }, context) => {
        const person = personCalled(customerOf(context));
        if (!person) throw new SpeakableError("Your income is not known to us yet.");
        const payment = monthlyPayment(amount * 100, years, rateFor(years));
        return { eligible: canBear(person.income, payment), payment: payment / 100, currency: "USD", years };
      },
    }),
  };

  #booksOf(context: CallContext): { readonly customer: string; readonly books: DurableObjectStub<Books> } {
    const customer = customerOf(context);
    return { customer, books: this.env.BOOKS.getByName(nameOf(context.tenant, customer)) };
  }
}

/** Who is signed in. The gateway has seen to it that somebody is; this makes it true of whoever else may call. */
function customerOf({ facts }: CallContext): string {
  if (facts.verified !== true || typeof facts.customer !== "string")
    throw new SpeakableError("Please sign in first.");
  return facts.customer;
}

/** Tenants share nothing. As JSON, so that no two pairs have one name. */
const nameOf = (tenant: string | null, name: string): string => JSON.stringify([tenant, name]);
