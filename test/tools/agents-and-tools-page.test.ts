import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { AgentError } from "../../src/agent/agent-error.ts";
import { AGENT_OPTIONS } from "../../src/agent/agent-options.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { DEFAULTS, MODEL_IDS } from "../../src/agent/models.ts";
import { binding, clientTool } from "../../src/agent/tool-list.ts";
import { LIMITS } from "../../src/base/limits.ts";
import { failed, TOOL_FAILURES } from "../../src/conversation/tool-failure.ts";

const page = readFileSync(new URL("../../docs/agents-and-tools.md", import.meta.url), "utf8");

/** The first cells of the table that follows `heading`. */
const tableAfter = (heading: string): readonly (readonly string[])[] => {
  const lines = page.slice(page.indexOf(heading)).split("\n");
  const start = lines.findIndex((line) => line.startsWith("| ---"));
  const rows = lines.slice(start + 1);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith("|")),
    )
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
};

describe("the page on agents and tools", () => {
  it("lists every setting of an agent, with the default it really has", () => {
    const rows = tableAfter("## An agent in twenty lines");
    expect(rows.map(([setting]) => setting?.replaceAll("`", "")).sort()).toEqual(
      Object.keys(AGENT_OPTIONS.shape).sort(),
    );
    for (const setting of ["model", "region", "voice", "endpointing"] as const) {
      expect(rows.find(([name]) => name === `\`${setting}\``)?.[1]).toBe(`\`${DEFAULTS[setting]}\``);
    }
    for (const model of MODEL_IDS) expect(page).toContain(`\`${model}\``);
  });

  it("lists every way a call can fail, in the words really used", () => {
    const told = tableAfter("4. **One outcome.**").map(([reason, say]) => [reason, say]);
    expect(told).toEqual(TOOL_FAILURES.map((reason) => [`\`${reason}\``, failed(reason).say]));
  });

  it("names the limits there are", () => {
    expect(page).toContain(
      `A tool has ${LIMITS.toolMs / 1000} s, or its own \`timeoutMs\`, at most ${LIMITS.toolLongestMs / 1000} s.`,
    );
    expect(page).toContain(`at most ${LIMITS.toolResultBytes / 1024} KiB as JSON`);
    expect(page).toContain(
      `${LIMITS.subAgentRounds} rounds, ${LIMITS.subAgentMs / 1000} s, ${LIMITS.subAgentTokens} tokens`,
    );
    expect(page).toContain(`up to ${LIMITS.subAgentHistoryBytes / 1024} KiB`);
    expect(page).toContain(`within ${LIMITS.subAgentSayChars} characters`);
    expect(page).toContain(`for ${LIMITS.sameCallMs / 1000} s (\`onceWithinMs\`)`);
    expect(page).toContain(
      `a text of more than ${LIMITS.factChars} characters, more than ${LIMITS.factsKept} facts or ${LIMITS.toolWordChars} characters`,
    );
    expect(page).toContain(`kept for ${LIMITS.toolDescribeCacheMs / 1000} s within an isolate`);
  });

  it("shows the error that a builder really gets", () => {
    const broken = (): unknown =>
      defineAgent({
        name: "weather",
        prompt: "x",
        // @ts-expect-error no such voice
        voice: "emy",
        tools: [
          binding("WEATHER_TOOLS"),
          clientTool({ name: "to day", description: "x", input: z.object({}) }),
        ],
      });
    expect(broken).toThrow(AgentError);
    expect(broken).toThrow(/```text\n([^`]+)\n```/.exec(page)?.[1] ?? "no error on the page");
  });
});
