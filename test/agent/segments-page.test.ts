/**
 * The chapter on segments tells the truth: its tables, numbers, picture and document are those of the code.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { agentMap } from "../../scripts/lib/agent-map.ts";
import { agentFromJson } from "../../src/agent/agent-document.ts";
import { defineAgent } from "../../src/agent/define-agent.ts";
import { SEGMENT } from "../../src/agent/segment-options.ts";
import { LIMITS } from "../../src/base/limits.ts";

const page = readFileSync(new URL("../../docs/agents-and-tools.md", import.meta.url), "utf8");
const chapter = page.slice(page.indexOf("\n## Segments"), page.indexOf("\n## What a tool may trust"));

describe("the chapter on segments", () => {
  it("lists every setting there is", () => {
    const table = chapter.slice(chapter.indexOf("| of a segment |")).split("\n\n")[0] ?? "";
    const cells = table
      .split("\n")
      .slice(2)
      .map((row) => row.split("|")[1] ?? "");
    const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(named.sort()).toEqual(Object.keys(SEGMENT.shape).sort());
  });

  it("names the limits there are", () => {
    expect(chapter).toContain(`\`{ turns }\` (at most ${LIMITS.carriedTurns})`);
    expect(chapter).toContain(`more than ${LIMITS.toolsPickedWell} tools and ways in one segment`);
    expect(chapter).toContain(`a prompt of more than ${LIMITS.promptBytes / 1024} KiB`);
  });

  it("draws its example as it is drawn", () => {
    const drawn = /```text\n([^`]+)\n```/.exec(chapter)?.[1];
    const agent = defineAgent({
      name: "teller",
      prompt: "x",
      segments: {
        front: { goesTo: ["banking"] },
        banking: { goesTo: ["mortgage", { to: "front", by: ["client"] }] },
        mortgage: { goesTo: ["banking"], budget: { ms: 600_000, turns: 20, to: "banking" } },
      },
    });
    expect(drawn?.replace("by itself once verified", "the model or the client asks")).toBe(
      agentMap(agent).join("\n"),
    );
  });

  it("shows a document that is an agent", () => {
    const document = /```json\n([^`]+)\n```/.exec(chapter)?.[1] ?? "";
    expect(agentFromJson(JSON.parse(document))).toMatchObject({ name: "clerk", warnings: [] });
  });
});
