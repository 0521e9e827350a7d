/**
 * Which memories there are: those a scenario declares, and every other id with the three usual strategies.
 */
import * as z from "zod";

/** AgentCore's names for its built-in strategies (control plane API reference, MemoryStrategy). */
export const STRATEGY_TYPES = ["USER_PREFERENCE", "SEMANTIC", "SUMMARIZATION"] as const;

export interface Strategy {
  readonly id: string;
  readonly type: (typeof STRATEGY_TYPES)[number];
  /** `{actorId}`, `{sessionId}` and `{memoryStrategyId}` are filled in, and variables that an event names. */
  readonly namespace: string;
}

export interface DeclaredMemory {
  /** `name-` and ten letters or digits, as AgentCore makes them. */
  readonly id: string;
  readonly strategies: readonly Strategy[];
  /** From an event to its records, ms of the emulator's clock. */
  readonly extractionMs?: number;
  /** Events are forgotten after so many days. */
  readonly eventExpiryDays?: number;
}

/** AgentCore control plane: an event is kept for at most a year; records come some 20 s after it, often later. */
export const EXTRACTION_MS = 20_000;
export const EVENT_EXPIRY_DAYS = 90;

export const USUAL_STRATEGIES: readonly Strategy[] = [
  { id: "preferences-Emulator01", type: "USER_PREFERENCE", namespace: "/preferences/{actorId}/" },
  { id: "facts-Emulator02", type: "SEMANTIC", namespace: "/facts/{actorId}/" },
  { id: "summaries-Emulator03", type: "SUMMARIZATION", namespace: "/summaries/{actorId}/{sessionId}/" },
];

const MEMORY_ID = /^[a-zA-Z][\w-]{0,99}-[a-zA-Z0-9]{10}$/;
const ARN = /^arn:aws(?:-cn|-us-gov)?:bedrock-agentcore:([a-z0-9-]+):\d{12}:memory\/(.+)$/;

export interface MemoryName {
  readonly id: string;
  /** Only an ARN names one. */
  readonly region?: string;
}

/** An id, or the ARN of one; undefined when it is neither. */
export function readMemoryName(given: string): MemoryName | undefined {
  const [, region, inArn] = ARN.exec(given) ?? [];
  const id = inArn ?? given;
  if (!MEMORY_ID.test(id)) return undefined;
  return region === undefined ? { id } : { id, region };
}

/** Undefined: there is none. Names that begin with `missing` are for trying that out. */
export function findMemory(id: string, declared: readonly DeclaredMemory[]): DeclaredMemory | undefined {
  if (/^missing/i.test(id)) return undefined;
  return declared.find((each) => each.id === id) ?? { id, strategies: USUAL_STRATEGIES };
}

const namespace = z
  .string()
  .max(1024)
  .regex(/^\/[\w{}/-]*$/, "begins with a slash; letters, digits, - _ / and {variables} may follow");

export const memoriesSchema: z.ZodType<readonly DeclaredMemory[]> = z
  .array(
    z.strictObject({
      id: z.string().regex(MEMORY_ID, "is a name, a hyphen, and ten letters or digits"),
      strategies: z
        .array(
          z.strictObject({
            id: z.string().regex(/^[a-zA-Z0-9][\w-]{0,99}$/, "is no strategy's id"),
            type: z.enum(STRATEGY_TYPES),
            namespace,
          }),
        )
        .max(6),
      extractionMs: z.number().int().min(0).max(600_000).exactOptional(),
      eventExpiryDays: z.number().int().min(3).max(365).exactOptional(),
    }),
  )
  .max(100);
