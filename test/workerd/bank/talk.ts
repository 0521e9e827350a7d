/**
 * A caller of the bank: says things, and waits for what comes of them.
 */
import { api, Call, emulator } from "../call.ts";

export const ANA = { number: "10025518", born: "1988-03-14", customer: "cus_8Q2M4T" };
export const SIGN_IN = `My account number is ${ANA.number}, my date of birth ${ANA.born}.`;
export const WRONG_SIGN_IN = `My account number is ${ANA.number}, my date of birth 1988-03-15.`;

/** 16-bit samples at 24 kHz. */
const BYTES_PER_MS = 48;

export interface Spoken {
  readonly tool: unknown;
  readonly status: unknown;
  readonly reason: unknown;
  readonly said: string;
}

export class Caller {
  readonly call: Call;
  readonly tenant: string;

  constructor(call: Call, tenant: string) {
    this.call = call;
    this.tenant = tenant;
  }

  /** Joins, in a bank of its own unless `who` names a tenant, and hears the greeting to its end. */
  static async of(agent: string, who: object = {}): Promise<Caller> {
    const caller = await Caller.joins(agent, who);
    await caller.hears();
    return caller;
  }

  /** The same where nobody is greeted. */
  static async joins(agent: string, who: object = {}): Promise<Caller> {
    const named = { tenant: crypto.randomUUID() as string, ...who };
    return new Caller(await Call.ready({ agent, toolDetails: true, ...named }), named.tenant);
  }

  says(text: string): void {
    this.call.send({ type: "text", text });
  }

  /** The agent's next answer, played to its end. */
  async hears(): Promise<string> {
    const { answer } = await this.call.until("answer", { state: "ended" });
    const ofAnswer = this.call.messages.filter((message) => message.answer === answer);
    const bytes = ofAnswer.reduce((sum, { type, bytes }) => sum + (type === "audio" ? Number(bytes) : 0), 0);
    this.call.send({ type: "played", answer, ms: bytes / BYTES_PER_MS });
    // Whole before its last sound is sent, though it is called final only after it.
    return String(ofAnswer.findLast(({ type }) => type === "transcript")?.text);
  }

  /** Listens until each of these was said, in whatever order, after so many messages. */
  async hearsAll(texts: readonly string[], from: number): Promise<void> {
    for (const words of texts)
      await this.call.since(
        from,
        ({ type, role, text }) => type === "transcript" && role === "agent" && String(text).includes(words),
      );
  }

  /** Says it, and gives the tool that was used for it with the words it was answered in. */
  async asks(text: string): Promise<Spoken> {
    this.says(text);
    const { name, status, reason } = await this.call.until("tool_ended");
    return { tool: name, status, reason, said: await this.hears() };
  }

  /** Waits for this tool to have answered. */
  async hearsOf(tool: string): Promise<void> {
    const { status } = await this.call.until("tool_ended", { name: tool });
    if (status !== "ok") throw new Error(`${tool}: ${String(status)}`);
  }

  /** All that the client was told, and all that its server can read. */
  async everything(): Promise<string> {
    const [status, transcript] = await Promise.all(
      ["", "/transcript"].map(async (path) =>
        (await api(`/v1/sessions/${this.call.made.session}${path}`)).text(),
      ),
    );
    return `${JSON.stringify(this.call.messages)} ${status} ${transcript}`;
  }

  /** Says it, and gives the segment the talk has moved to. */
  async movesBy(text: string): Promise<{ readonly to: unknown; readonly by: unknown }> {
    this.says(text);
    return this.moved();
  }

  async moved(): Promise<{ readonly to: unknown; readonly by: unknown }> {
    const { name, by } = await this.call.until("segment", { reason: "transition" });
    return { to: name, by };
  }

  async status(): Promise<Record<string, unknown>> {
    return (await api(`/v1/sessions/${this.call.made.session}`)).json();
  }

  async hangsUp(): Promise<void> {
    this.call.send({ type: "bye" });
    await this.call.untilClosed();
  }
}

export const play = (scenario: object): Promise<unknown> =>
  emulator("/scenario", { method: "POST", body: JSON.stringify(scenario) });
/** Leaves what went upstream before out of account. */
export async function forgetUpstream(): Promise<void> {
  await emulator("/streams", { method: "DELETE" });
  await emulator("/calls", { method: "DELETE" });
}

export const playNothing = (): Promise<unknown> => emulator("/scenario", { method: "DELETE" });

/** Where words went upstream, to the speech model or to any service; throws when that is not known for certain. */
export async function wentUpstream(text: string): Promise<readonly unknown[]> {
  const query = new URLSearchParams({ text, direction: "received" });
  const found = (await emulator(`/search?${query}`)) as { complete: boolean; hits: readonly unknown[] };
  if (!found.complete) throw new Error("the emulator has forgotten a part of what went upstream");
  return found.hits;
}
