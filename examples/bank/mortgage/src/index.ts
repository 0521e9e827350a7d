/**
 * The bank's mortgage adviser: a sub-agent that is a Worker of its own. It is asked in words, counts with the bank's
 * tools, remembers what the session said before, and answers in words that can be spoken.
 */
import * as z from "zod";
import {
  type Answered,
  answer,
  type QuestionContext,
  SpeakableError,
  type SubAgentReply,
  SubAgentWorker,
  type ToolBinding,
} from "../../../../src/index.ts";
import type { Folder } from "./folder.ts";
import { readQuestion } from "./read-question.ts";

export { Folder } from "./folder.ts";

interface Env {
  /** RPC: the contract that a gateway has with its tool Workers. */
  readonly BANK_TOOLS: ToolBinding;
  readonly FOLDERS: DurableObjectNamespace<Folder>;
}

const RATES = z.object({ rates: z.array(z.object({ years: z.number(), percent: z.number() })) });
const PAYMENT = z.object({ payment: z.number(), percent: z.number(), years: z.number() });
const ELIGIBILITY = z.object({ eligible: z.boolean(), payment: z.number() });

export default class MortgageAdviser extends SubAgentWorker<Env> {
  override async answer(
    question: string,
    context: QuestionContext,
  ): Promise<SubAgentReply | Answered<SubAgentReply>> {
    const { about, wish } = readQuestion(question);
    if (about === "rates") return done(await this.#rates(context));
    const folder = this.env.FOLDERS.getByName(context.session);
    if (about === "settled") {
      await folder.clear();
      return answer(done("Good. I am putting that file away."), { facts: { open_matter: null } });
    }
    const known = await folder.add(wish);
    if (known.amount === undefined)
      return { status: "needs_input", say: "How much would you like to borrow, and over how many years?" };
    context.progress("I am working that out.");
    const loan = { amount: known.amount, years: known.years ?? 30 };
    const say = await (about === "eligibility"
      ? this.#eligibility(loan, context)
      : this.#payment(loan, context));
    // Until the caller says what they have decided: in this call or, where the agent remembers it, in another.
    const open_matter = `a mortgage of ${dollars(loan.amount)} over ${loan.years} years`;
    return answer(done(say), { facts: { open_matter } });
  }

  async #rates(context: QuestionContext): Promise<string> {
    const { rates } = RATES.parse(await this.#use("get_mortgage_rates", {}, context));
    return `Today's rates are ${inWords(rates.map(({ years, percent }) => `${percent} percent over ${years} years`))}.`;
  }

  async #payment(loan: Loan, context: QuestionContext): Promise<string> {
    const { payment, percent, years } = PAYMENT.parse(
      await this.#use("calculate_payment", { ...loan }, context),
    );
    return `${dollars(loan.amount)} over ${years} years, at ${percent} percent, costs about ${dollars(payment)} a month.`;
  }

  async #eligibility(loan: Loan, context: QuestionContext): Promise<string> {
    const { eligible, payment } = ELIGIBILITY.parse(
      await this.#use("check_eligibility", { ...loan }, context),
    );
    const cost = `${dollars(loan.amount)} would cost about ${dollars(payment)} a month`;
    return eligible
      ? `${cost}, and with your income you could have it.`
      : `${cost}, which is too much for your income. A smaller loan may well work.`;
  }

  /** Uses one of the bank's tools for the caller that this question is from. */
  async #use(name: string, args: Record<string, number>, context: QuestionContext): Promise<unknown> {
    const { session, agent, caller, tenant, segment, facts, call } = context;
    const outcome = await this.env.BANK_TOOLS.invoke({
      name,
      arguments: args,
      context: { session, agent, caller, tenant, segment, facts },
      call,
      timeoutMs: 5_000,
    });
    if (outcome.status === "failed") throw new SpeakableError(outcome.say);
    return outcome.value;
  }
}

interface Loan {
  readonly amount: number;
  readonly years: number;
}

const done = (say: string): SubAgentReply => ({ status: "done", say });

const dollars = (amount: number): string => `${Math.round(amount).toLocaleString("en-US")} dollars`;

const inWords = (parts: readonly string[]): string =>
  `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
