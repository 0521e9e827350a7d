/**
 * What `npm start` tells of a running gateway, out of what wrangler writes.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { GatewayNews, type News } from "../../scripts/lib/gateway-news.ts";
import { sourcePlace } from "../../scripts/lib/source-place.ts";
import { redact } from "../../src/base/redact.ts";

/** As wrangler 4 writes them, colours included. */
const ERROR = "\u001b[31m✘ \u001b[41;31m[\u001b[41;97mERROR\u001b[41;31m]\u001b[0m \u001b[1m";
const WARNING = "\u001b[33m▲ \u001b[43;33m[\u001b[43;30mWARNING\u001b[43;33m]\u001b[0m \u001b[1m";
const END = "\u001b[0m";
const SECRET = "a-secret-of-this-run";

const error = (headline: string, ...below: string[]): string[] => [
  `${ERROR}${headline}${END}`,
  "",
  ...below,
  "",
  "",
];
const warning = (headline: string, ...below: string[]): string[] => [
  `${WARNING}${headline}${END}`,
  "",
  ...below,
  "",
  "",
];
const event = (fields: object): string => JSON.stringify(fields);

const read = (...lines: string[]): readonly News[] => {
  const heard: News[] = [];
  const news = new GatewayNews({
    clean: (text) => redact(text, [SECRET]),
    tell: (told) => heard.push(told),
  });
  for (const line of lines) news.line(line);
  news.end();
  return heard;
};
const words = (...lines: string[]): readonly string[] =>
  read(...lines).map((news) => (news.type === "serving" ? "serving" : news.text));

describe("a line of npm start", () => {
  it.each([
    [
      "a binding that is missing",
      error(
        event({
          event: "tools_missing",
          session: "s",
          source: "WEATHER_TOOLS",
          cause: "there is no binding",
        }),
      ),
      "WEATHER_TOOLS is left out of the agent's tools: there is no binding",
    ],
    [
      "a tool's name that no model takes",
      error(
        event({ event: "tools_missing", source: "BANK.get it", cause: "✖ a tool's name is …\n  → at name" }),
      ),
      "BANK.get it is left out of the agent's tools: a tool's name is …",
    ],
    [
      "a tool that took too long",
      warning(event({ event: "tool_failed", session: "s", tool: "pay", reason: "timeout" })),
      "Tool pay failed: it took too long",
    ],
    [
      "a tool that was not allowed",
      warning(event({ event: "tool_failed", session: "s", tool: "pay", reason: "not_allowed" })),
      "Tool pay was not run: the segment does not list it, or facts that it requires do not hold",
    ],
    [
      "a client that came too late",
      warning(event({ event: "connect_refused", session: "s", code: "ticket_expired" })),
      "A client could not connect: The ticket has expired; ask for a new session.",
    ],
    [
      "an object that could not be asked",
      warning(event({ event: "object_overloaded", session: "s", cause: "Durable Object is overloaded." })),
      "A session's object could not be asked just now: Durable Object is overloaded.",
    ],
    [
      "a session that the model refused",
      warning(
        event({ event: "session_ended", reason: "error", code: "model_refused", cause: "AccessDenied: no" }),
      ),
      "A session ended: The speech model refused the session. (AccessDenied: no)",
    ],
    [
      "a stream that was lost",
      warning(event({ event: "stream_ended", generation: 1, end: "lost", cause: "closed with 1006" })),
      "A stream to the speech model ended (lost): closed with 1006",
    ],
    [
      "a region that fails",
      warning(event({ event: "region_failed", region: "us-east-1", end: "busy", cause: "HTTP 429" })),
      "us-east-1 opened no stream (busy): HTTP 429",
    ],
    [
      "a region that is slow",
      warning(event({ event: "region_slow", region: "us-east-1", ms: 1000 })),
      "us-east-1 is slow to open a stream; the next region is dialled as well",
    ],
    [
      "a role that cannot be taken",
      error(event({ event: "credentials_not_renewed", cause: "HTTP 403 AccessDenied" })),
      "There are no new credentials for the role: HTTP 403 AccessDenied",
    ],
    [
      "words that were withheld",
      warning(event({ event: "words_withheld", session: "s", turn: "3" })),
      "The model's filters refused what was said; it is not said again",
    ],
    [
      "a crash",
      error(event({ event: "session_crashed", session: "s", cause: "TypeError: x is undefined" })),
      "A session crashed, which is a bug of the gateway's: TypeError: x is undefined",
    ],
    [
      "a request that failed",
      error(event({ event: "request_failed", method: "GET", path: "/v1/agents", cause: "Error: no" })),
      "GET /v1/agents failed: Error: no",
    ],
    [
      "an event that nobody thought of here",
      warning(event({ event: "nova_odd_event", why: "it has no type" })),
      "nova odd event: it has no type",
    ],
    [
      "a setting of wrangler.toml that is none",
      warning(
        "Processing wrangler.toml configuration:",
        '    - Unexpected fields found in top-level field: "nam"',
      ),
      'wrangler.toml: Unexpected fields found in top-level field: "nam"',
    ],
    [
      "anything else that the code writes as an error",
      error("Uncaught (in promise) Error: no more", "    at run (file:///elsewhere/index.ts:1:2)"),
      "Uncaught (in promise) Error: no more",
    ],
  ])("tells of %s", (_, lines, line) => {
    expect(words(...lines)).toEqual([line]);
  });

  it("tells of a tool that threw once, with the file and the line", () => {
    const here = `file://${new URL("../..", import.meta.url).pathname}`;
    const lines = [
      ...error(
        "Tool get_balance failed: Error: boom at",
        "    the bank",
        `        at run (${here}examples/bank/tools/src/index.ts:16:49)`,
        `        at Object.run (${here}src/agent/tool-body.ts:44:12)`,
      ),
      ...warning(event({ event: "tool_failed", session: "s", tool: "get_balance", reason: "threw" })),
    ];
    expect(words(...lines)).toEqual([
      "Tool get_balance failed: boom at (examples/bank/tools/src/index.ts:16)",
    ]);
  });

  it("tells of a function's trouble once, with its cause", () => {
    const lines = [
      ...warning(event({ event: "tool_trouble", tool: "today", cause: "RangeError: no date" })),
      ...warning(event({ event: "tool_failed", tool: "today", reason: "threw" })),
      ...warning(event({ event: "tool_failed", tool: "today", reason: "timeout" })),
    ];
    expect(words(...lines)).toEqual([
      "Tool today failed: RangeError: no date",
      "Tool today failed: it took too long",
    ]);
  });

  it("says what was wrong with a tool's facts, and nothing of a failure; the next failure is told", () => {
    const why = 'what it told the session was left out: "vip": its setBy does not name this tool';
    expect(
      words(
        ...warning(event({ event: "tool_word_refused", tool: "pay", cause: why })),
        ...error(
          `Tool book: what it told the session was left out: "paid": it is no text, number or boolean`,
        ),
        ...warning(event({ event: "tool_failed", tool: "pay", reason: "threw" })),
      ),
    ).toEqual([
      `Tool pay: ${why}`,
      'Tool book: what it told the session was left out: "paid": it is no text, number or boolean',
      "Tool pay failed: it threw an error",
    ]);
  });

  it("never holds a secret", () => {
    const lines = error(`Tool pay failed: Error: ${SECRET} Authorization: Bearer ${"x1".repeat(20)}`);
    const [line = ""] = words(...lines);
    expect(line).toContain("Tool pay failed");
    expect(line).not.toMatch(/a-secret|x1x1/);
  });

  it("is one line and has an end, whatever is thrown", () => {
    const [line = ""] = words(
      ...error(event({ event: "session_crashed", cause: `${"many words\n".repeat(1000)}` })),
    );
    expect(line).not.toContain("\n");
    expect(line.length).toBeLessThan(400);
  });

  it("comes once, and then for every tenth power, until the code is changed", () => {
    const missing = error(event({ event: "tools_missing", source: "A", cause: "gone" }));
    const line = "A is left out of the agent's tools: gone";
    const ten = Array.from({ length: 10 }, () => missing).flat();
    expect(words(...ten, "⎔ Local server updated and ready", ...missing)).toEqual([
      line,
      `${line} (10 times)`,
      "serving",
      line,
    ]);
  });

  it("is not made of an agent's warning that stands since the code was loaded before, until it changes", () => {
    const served = "⎔ Local server updated and ready";
    const thinks = (why: string, place = "prompt") =>
      warning(event({ event: "agent_warning", agent: "bank", place, why }));
    const line = (why: string, place = "prompt") => `Agent bank, ${place}: ${why}`;
    expect(
      words(
        ...[...thinks("9 KiB"), served, ...thinks("9 KiB"), served],
        ...[...thinks("9 KiB"), ...thinks("a dead end", "segments.a"), served],
        ...[...thinks("12 KiB"), ...thinks("a dead end", "segments.a"), served],
        // Mended, and then as it was.
        ...[served, ...thinks("12 KiB"), served],
      ),
    ).toEqual([
      ...[line("9 KiB"), "serving", "serving", line("a dead end", "segments.a"), "serving"],
      ...[line("12 KiB"), "serving", "serving", line("12 KiB"), "serving"],
    ]);
  });

  it("is not made of what wrangler says of itself", () => {
    expect(
      read(
        "[custom build] Running: node console/build.ts",
        'env.API_KEYS ("(hidden)")   Environment Variable   local',
        "⎔ Reloading local server...",
        "[wrangler:info] GET /healthz 200 OK (2ms)",
        `[undefined] ${event({ event: "stream_ended", end: "finished" })}`,
        ...warning('A DurableObjectNamespace in the config referenced the class "VoiceSession"'),
      ),
    ).toEqual([]);
  });
});

describe("code that cannot be served", () => {
  it("is told by an agent's own lines", () => {
    expect(
      read(
        ...error(
          'service core:user:antiphon: Uncaught Error: AgentError: Agent "first" cannot be served (2 problems):',
          '      voice: "tifany" is not a voice. Did you mean "tiffany"?',
          "      prompt: it is missing. Say who the agent is",
          "    at null.<anonymous> (worker.js:20934:53) in defineAgent",
        ),
        "",
        ...error(
          "The Workers runtime failed to start. There was likely a problem with the workerd binary.",
          '  {"timestamp":"1","level":"error"}',
        ),
        `\u001b[32mIf you think this is a bug then please create an issue at https://github.com${END}`,
      ),
    ).toEqual([
      {
        type: "fault",
        text: 'Agent "first" cannot be served (2 problems):\n  voice: "tifany" is not a voice. Did you mean "tiffany"?\n  prompt: it is missing. Say who the agent is',
      },
    ]);
  });

  it.each([
    [
      "the first error of a build",
      error(
        "Build failed with 2 errors:",
        `  ${ERROR}Expected identifier but found end of file${END}`,
        "",
        "      agents/nobody.ts:25:0:",
        "      25 │ ",
        "",
        `  ${ERROR}Another${END}`,
      ),
      "Build failed: Expected identifier but found end of file (agents/nobody.ts:25)",
    ],
    [
      "what a Worker throws as it starts",
      error(
        "service core:user:bank-tools: Uncaught Error: top",
        "    at null.<anonymous> (index.js:22163:7)",
      ),
      "bank-tools does not start: top",
    ],
    [
      "the line of a wrangler.toml that is none",
      error("Invalid TOML document: invalid value", "    wrangler.toml:35:0:", "     35 │ "),
      "Invalid TOML document: invalid value (wrangler.toml:35)",
    ],
  ])("is told by %s", (_, lines, text) => {
    expect(read(...lines)).toEqual([{ type: "fault", text }]);
  });
});

describe("a place in a tool Worker", () => {
  const root = mkdtempSync(join(tmpdir(), "antiphon-test-"));
  afterAll(() => rmSync(root, { recursive: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  it("is found from the project's top, beside a file of the same name in the gateway", () => {
    write("src/index.ts", "one\ntwo\n");
    write("examples/weather/wrangler.toml", 'name = "weather"\n');
    write("examples/weather/src/index.ts", "one\n  get it: tool({\n");
    expect(sourcePlace(["src/index.ts:2:4:", "2 │   get it: tool({"], root)).toBe(
      " (examples/weather/src/index.ts:2)",
    );
    expect(sourcePlace(["src/index.ts:2:4:", "2 │ two"], root)).toBe(" (src/index.ts:2)");
    expect(sourcePlace(["src/index.ts:1:4:", "1 │ one"], root)).toBe(" (src/index.ts:1)");
  });
});
