/**
 * An agent of several segments as the gateway lists it, and a talk that goes through them.
 */
import { type ScriptedClient, type ScriptedGateway, SESSION } from "./scripted-gateway.ts";

const SEGMENTS = [
  {
    name: "front_desk",
    purpose: "Finds out who calls and what for.",
    voice: "tiffany",
    goesTo: [
      { to: "identify", by: ["model"] },
      { to: "loans", by: ["model", "client"] },
    ],
  },
  {
    name: "identify",
    purpose: "Asks for the number and the PIN.",
    voice: "tiffany",
    goesTo: [
      { to: "banking", by: ["fact", "client"] },
      { to: "front_desk", by: ["model", "client"] },
    ],
  },
  {
    name: "banking",
    purpose: "Balances and transfers.",
    voice: "matthew",
    goesTo: [{ to: "loans", by: ["model", "client"] }],
  },
  { name: "loans", purpose: "Advice on loans.", voice: "amy", goesTo: [] },
];

const tokens = { inputSpeech: 800, inputText: 410, outputSpeech: 620, outputText: 190 };
const stay = (segment: string, by: string | null, turns: number, cost: number) => ({
  segment,
  enteredAt: 1,
  leftAt: null,
  by,
  turns,
  tokens,
  cost,
});

/** Has the gateway list the agent with its segments, and tell what each stay has cost. */
export const listSegments = ({ answers }: ScriptedGateway): void => {
  answers.set("/v1/agents", {
    agents: [
      { name: "bank", model: "amazon.nova-2-sonic-v1:0", voice: "tiffany", tools: [], segments: SEGMENTS },
    ],
  });
  answers.set(`/v1/sessions/${SESSION}`, {
    session: SESSION,
    path: [
      stay("front_desk", null, 1, 0.0042),
      stay("identify", "model", 2, 0.0086),
      stay("banking", "fact", 1, 0.0031),
    ],
    facts: { authenticated: true, customer: "Frida Kowalski" },
  });
};

const words = (role: "caller" | "agent", turn: number, text: string) => ({
  type: "transcript",
  role,
  turn,
  answer: role === "agent" ? turn : null,
  item: `${role}${turn}`,
  text,
  final: true,
});

/** The talk comes to `identify`, where nobody is known yet. */
export const reachIdentify = (client: ScriptedClient): void =>
  client.say(
    { type: "segment", name: "front_desk", reason: "start", from: null, by: null, gapMs: 0 },
    words("agent", 1, "Good evening, Harbour Bank. What can I do for you?"),
    words("caller", 2, "Please send fifty euros to Anna."),
    { type: "tool_started", call: "t1", name: "transfer", arguments: { to: "Anna", euros: 50 } },
    { type: "tool_ended", call: "t1", name: "transfer", status: "failed", reason: "not_allowed", ms: 0 },
    { type: "segment", name: "identify", reason: "transition", from: "front_desk", by: "model", gapMs: 0 },
    words("agent", 2, "For that I need to know who you are. What is your number, please?"),
  );

/** The caller is known, and the talk goes on to `banking` by itself. */
export const reachBanking = (client: ScriptedClient): void =>
  client.say(
    words("caller", 3, "It is four seven one one."),
    { type: "tool_started", call: "t2", name: "sign_in", arguments: { number: "4711" } },
    { type: "tool_ended", call: "t2", name: "sign_in", status: "ok", result: { name: "Frida" }, ms: 90 },
    { type: "tool_started", call: "t3", name: "balance" },
    { type: "tool_ended", call: "t3", name: "balance", status: "failed", reason: "timeout", ms: 5000 },
    { type: "segment", name: "banking", reason: "transition", from: "identify", by: "fact", gapMs: 12 },
    words("agent", 3, "Thank you, Frida. Fifty euros to Anna: shall I?"),
    {
      type: "usage",
      tokens,
      cost: { model: 0.0157, platform: 0.0002, total: 0.0159 },
    },
  );
