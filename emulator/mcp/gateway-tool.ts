/**
 * A tool as the Gateway offers it, and what calling it can lead to.
 */
export interface GatewayTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: unknown;
  call(args: unknown): ToolOutcome;
}

export type ToolOutcome =
  | {
      readonly type: "result";
      readonly text: string;
      readonly isError: boolean;
      readonly structured?: unknown;
    }
  /** In place of a result: whatever this is, it is not one. */
  | { readonly type: "raw"; readonly body: string }
  /** No answer at all. */
  | { readonly type: "hang" };

export const jsonResult = (value: unknown, isError = false): ToolOutcome => ({
  type: "result",
  text: JSON.stringify(value),
  isError,
});
