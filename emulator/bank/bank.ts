/**
 * A small bank to have tools for: two customers' accounts, and mortgages. It is what the Gateway offers and what the
 * hosted agents work with. Its numbers are always the same; a transfer moves money until the emulator is reset.
 */
import * as z from "zod";

export interface BankTool {
  /** `target___tool`, as AgentCore Gateway names it. */
  readonly name: string;
  readonly description: string;
  /** JSON Schema. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /** The result, or the words of why there is none. */
  call(args: unknown): BankResult;
}

export type BankResult =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly why: string };

const ACCOUNTS = { checking: 1234.5, savings: 9800 } as const;
const account = z.enum(["checking", "savings"]).describe("Which account");
const amount = z.number().positive();
const years = z.union([z.literal(10), z.literal(15), z.literal(20), z.literal(30)]);
/** Percent a year. */
const RATES = { 10: 5.1, 15: 5.4, 20: 5.7, 30: 6.2 } as const;

const done = (value: Readonly<Record<string, unknown>>): BankResult => ({ ok: true, value });
const refusedBecause = (why: string): BankResult => ({ ok: false, why });

export function createBank(): readonly BankTool[] {
  const balances: Record<keyof typeof ACCOUNTS, number> = { ...ACCOUNTS };
  return [
    tool("banking___get_balance", "The balance of an account.", z.object({ account }), (args) =>
      done({ account: args.account, balance: balances[args.account], currency: "USD" }),
    ),
    tool(
      "banking___list_transactions",
      "The latest transactions of an account.",
      z.object({ account }),
      (args) =>
        done({
          account: args.account,
          transactions: [
            { description: "Groceries", amount: -54.2 },
            { description: "Salary", amount: 2600 },
          ],
        }),
    ),
    tool(
      "banking___transfer",
      "Transfers money from one account to the other.",
      z.object({ from: account, to: account, amount: amount.describe("Dollars") }),
      ({ from, to, amount: dollars }) => {
        if (from === to) return refusedBecause("Both are the same account.");
        if (balances[from] < dollars) return refusedBecause("There is not enough money in the account.");
        balances[from] -= dollars;
        balances[to] += dollars;
        return done({ transferred: dollars, balance: balances[from], currency: "USD" });
      },
    ),
    tool("mortgage___get_rates", "Today's mortgage interest rates.", z.object({}), () =>
      done({
        rates: Object.entries(RATES).map(([term, rate]) => ({ term: `${term} years`, percent: rate })),
      }),
    ),
    tool(
      "mortgage___estimate_payment",
      "Estimates the monthly payment of a loan.",
      z.object({ principal: amount.describe("Dollars borrowed"), years: years.default(30) }),
      (args) => {
        const monthly = RATES[args.years] / 1200;
        const payment = (args.principal * monthly) / (1 - (1 + monthly) ** (-12 * args.years));
        return done({ monthly_payment: Math.round(payment * 100) / 100, currency: "USD", years: args.years });
      },
    ),
  ];
}

function tool<S extends z.ZodObject>(
  name: string,
  description: string,
  schema: S,
  run: (args: z.infer<S>) => BankResult,
): BankTool {
  const { $schema: _, additionalProperties: __, ...inputSchema } = z.toJSONSchema(schema, { io: "input" });
  return {
    name,
    description,
    inputSchema,
    call(args) {
      const parsed = schema.safeParse(args ?? {});
      if (parsed.success) return run(parsed.data);
      const [issue] = parsed.error.issues;
      return refusedBecause(`Invalid arguments: ${issue?.path.join(".") || "arguments"}: ${issue?.message}`);
    },
  };
}
