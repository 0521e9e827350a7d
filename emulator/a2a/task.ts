/**
 * Tasks and messages of the Agent2Agent protocol, in the forms that this agent sends and takes.
 * Source: Agent2Agent protocol 0.3.0, data objects.
 */
import * as z from "zod";

const part = z.union([
  z.object({ kind: z.literal("text"), text: z.string() }),
  z.object({ kind: z.literal("data"), data: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal("file"), file: z.unknown() }),
]);

export const sendParams = z.object({
  message: z.object({
    kind: z.literal("message").optional(),
    role: z.enum(["user", "agent"]),
    parts: z.array(part).min(1),
    messageId: z.string().min(1),
    contextId: z.string().min(1).max(1000).optional(),
    taskId: z.string().optional(),
  }),
  configuration: z.object({ blocking: z.boolean().optional() }).optional(),
});
export type SendParams = z.infer<typeof sendParams>;

export const taskParams = z.object({ id: z.string(), historyLength: z.number().int().min(0).optional() });

export type TaskState = "submitted" | "working" | "completed" | "canceled" | "failed";
export const isOver = (state: TaskState): boolean => state !== "submitted" && state !== "working";

export interface Message {
  readonly kind: "message";
  readonly role: "agent" | "user";
  readonly messageId: string;
  readonly contextId: string;
  readonly taskId?: string;
  readonly parts: readonly { readonly kind: "text"; readonly text: string }[];
}

export interface TaskStatus {
  readonly state: TaskState;
  readonly timestamp: string;
  readonly message?: Message;
}

export interface Artifact {
  readonly artifactId: string;
  readonly name: string;
  readonly parts: Message["parts"];
}

export interface Task {
  readonly kind: "task";
  readonly id: string;
  readonly contextId: string;
  readonly status: TaskStatus;
  readonly artifacts: readonly Artifact[];
}

/** What a stream tells of a task, beside the task itself. */
export type TaskUpdate =
  | {
      readonly kind: "status-update";
      readonly taskId: string;
      readonly contextId: string;
      readonly status: TaskStatus;
      readonly final: boolean;
    }
  | {
      readonly kind: "artifact-update";
      readonly taskId: string;
      readonly contextId: string;
      readonly artifact: Artifact;
      readonly append: boolean;
      readonly lastChunk: boolean;
    };

/** The words of a message; data is read as JSON, files are not. */
export const wordsOf = ({ message }: SendParams): string =>
  message.parts
    .flatMap((each) =>
      each.kind === "text" ? [each.text] : each.kind === "data" ? [JSON.stringify(each.data)] : [],
    )
    .join("\n");
