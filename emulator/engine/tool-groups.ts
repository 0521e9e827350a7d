/**
 * Collects tool results until all that one answer asked for are there, in whatever order they come.
 */
import type { ToolAnswer } from "../seams.ts";

interface Use {
  readonly toolUseId: string;
  readonly tool: string;
  readonly arguments: Record<string, unknown>;
  answer?: ToolAnswer;
}

export interface ToolGroup {
  add(use: Omit<Use, "answer">): void;
  /** The answer will call no more tools. */
  close(): void;
}

export interface ToolGroups {
  /** `onComplete` is called once, when the group is closed and all its results are there; never for an empty group. */
  open(onComplete: (results: readonly ToolAnswer[]) => void): ToolGroup;
  /** A result came. The rulebook has seen to it that the id is known and new. */
  answer(toolUseId: string, content: unknown): void;
}

export function createToolGroups(): ToolGroups {
  const groups = new Map<string, { readonly use: Use; readonly check: () => void }>();
  return {
    open(onComplete) {
      const uses: Use[] = [];
      let closed = false;
      const check = (): void => {
        const answers = uses.flatMap((use) => use.answer ?? []);
        if (closed && uses.length > 0 && answers.length === uses.length) onComplete(answers);
      };
      return {
        add(use) {
          uses.push(use);
          groups.set(use.toolUseId, { use, check });
        },
        close() {
          if (closed) return;
          closed = true;
          check();
        },
      };
    },
    answer(toolUseId, content) {
      const found = groups.get(toolUseId);
      if (found === undefined) return;
      groups.delete(toolUseId);
      const { use } = found;
      use.answer = { toolUseId, tool: use.tool, arguments: use.arguments, content };
      found.check();
    },
  };
}
