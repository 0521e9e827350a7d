/**
 * Works on tasks: asks the agent of the context, keeps the task's state, and tells what happens as it happens.
 */
import { randomUUID } from "node:crypto";
import { LIMITS } from "../limits.ts";
import type { HostedAgent } from "../services/hosted-agent.ts";
import { createMemory } from "../services/memory.ts";
import type { Artifact, Message, Task, TaskState, TaskUpdate } from "./task.ts";
import { isOver } from "./task.ts";

/** Something that happened: the task began, was updated, or the agent simply answered. */
export type Happening = Task | TaskUpdate | Message;

export interface Worker {
  /**
   * The task begins at once and goes on by itself; the happenings are told to whoever reads them.
   * @param isTold The client is told of the task before it is over, so it must not turn out to be a mere message.
   */
  begin(question: string, contextId: string, isTold: boolean): Job;
  find(taskId: string): Task | undefined;
  /** The task as it is afterwards; undefined when it was over already, or is unknown. */
  cancel(taskId: string): Task | undefined;
  clear(): void;
}

export interface Job {
  readonly task: Task;
  /** Ends when the task is over. */
  happenings(): AsyncGenerator<Happening>;
  /** The task when it is over, or the message that made one needless. */
  readonly outcome: Promise<Task | Message>;
}

interface Entry {
  task: Task;
  readonly abort: AbortController;
  /** Tells a reader of its happenings; undefined before there is one. */
  tell(update: TaskUpdate): void;
}

export function createWorker(createAgent: () => HostedAgent, now: () => Date): Worker {
  const agents = createMemory<HostedAgent>(LIMITS.agentMemories);
  const tasks = createMemory<Entry>(LIMITS.agentMemories);

  const agentOf = (contextId: string): HostedAgent => {
    const agent = agents.get(contextId) ?? createAgent();
    agents.set(contextId, agent);
    return agent;
  };

  const messageOf = (text: string, contextId: string, taskId?: string): Message => ({
    kind: "message",
    role: "agent",
    messageId: randomUUID(),
    contextId,
    ...(taskId === undefined ? {} : { taskId }),
    parts: [{ kind: "text", text }],
  });

  const move = (entry: Entry, state: TaskState, text?: string): void => {
    const { id, contextId } = entry.task;
    const message = text === undefined ? {} : { message: messageOf(text, contextId, id) };
    const status = { state, timestamp: now().toISOString(), ...message };
    entry.task = { ...entry.task, status };
    entry.tell({ kind: "status-update", taskId: id, contextId, status, final: isOver(state) });
  };

  const finish = (entry: Entry, text: string): void => {
    const { id, contextId } = entry.task;
    const artifact: Artifact = { artifactId: randomUUID(), name: "answer", parts: [{ kind: "text", text }] };
    entry.task = { ...entry.task, artifacts: [artifact] };
    entry.tell({ kind: "artifact-update", taskId: id, contextId, artifact, append: false, lastChunk: true });
    move(entry, "completed");
  };

  /** Follows the agent to its end. An answer for which no tool was needed is a message, and no task at all. */
  const work = async (entry: Entry, question: string, isTold: boolean): Promise<Task | Message> => {
    for await (const event of agentOf(entry.task.contextId).ask(question, entry.abort.signal)) {
      if (isOver(entry.task.status.state)) break;
      if (event.type === "progress") move(entry, "working", event.text);
      else if (event.type === "answer") {
        if (event.tools.length === 0 && !isTold) {
          tasks.delete(entry.task.id);
          return messageOf(event.text, entry.task.contextId);
        }
        finish(entry, event.text);
      } else move(entry, "failed", event.type === "failed" ? event.why : "The agent failed.");
    }
    return entry.task;
  };

  return {
    begin(question, contextId, isTold) {
      const updates: TaskUpdate[] = [];
      let wake = (): void => {};
      const entry: Entry = {
        task: {
          kind: "task",
          id: randomUUID(),
          contextId,
          status: { state: "submitted", timestamp: now().toISOString() },
          artifacts: [],
        },
        abort: new AbortController(),
        tell(update) {
          updates.push(update);
          wake();
        },
      };
      const submitted = entry.task;
      tasks.set(submitted.id, entry);
      const outcome = work(entry, question, isTold);
      return {
        task: submitted,
        outcome,
        async *happenings() {
          let isDone = false;
          const end = outcome.then((done) => {
            isDone = true;
            return done;
          });
          let hasBegun = false;
          while (!isDone || updates.length > 0) {
            for (const update of updates.splice(0)) {
              if (!hasBegun) yield submitted;
              hasBegun = true;
              yield update;
            }
            if (isDone || updates.length > 0) continue;
            const news = new Promise<void>((resolve) => {
              wake = resolve;
            });
            await Promise.race([news, end]);
          }
          const done = await end;
          if (done.kind === "message") yield done;
        },
      };
    },
    find: (taskId) => tasks.get(taskId)?.task,
    cancel(taskId) {
      const entry = tasks.get(taskId);
      if (entry === undefined || isOver(entry.task.status.state)) return undefined;
      move(entry, "canceled");
      entry.abort.abort();
      return entry.task;
    },
    clear() {
      agents.clear();
      tasks.clear();
    },
  };
}
