/**
 * What the operations of AgentCore Memory take, with the bounds of AWS's own model of the service.
 * Source: AgentCore data plane API reference and the AWS SDKs' service model (2024-02-28).
 */
import * as z from "zod";

/** Exactly one of several members, as a union of AWS's has. */
const oneOf = <T extends z.ZodRawShape>(shape: T) =>
  z.object(shape).refine((value) => Object.keys(value).length === 1, {
    message: "Member must have exactly one of its members set",
  });

const ALLOWED = "[a-zA-Z0-9\\s._:/=+@-]*";
const matching = (pattern: string, min: number, max: number) =>
  z
    .string()
    .min(min, `Member must have length greater than or equal to ${min}`)
    .max(max, `Member must have length less than or equal to ${max}`)
    .regex(new RegExp(`^${pattern}$`), `Member must satisfy regular expression pattern: ${pattern}`);

export const actorId = matching("[a-zA-Z0-9][a-zA-Z0-9-_/]*(?::[a-zA-Z0-9-_/]+)*[a-zA-Z0-9-_/]*", 1, 255);
export const sessionId = matching("[a-zA-Z0-9][a-zA-Z0-9-_]*", 1, 100);
export const eventId = matching("[0-9]+#[a-fA-F0-9]+", 3, 1000);
export const recordId = matching("mem-[a-zA-Z0-9-_]*", 40, 50);
export const namespace = matching(
  "[a-zA-Z0-9/*][a-zA-Z0-9-_/*]*(?::[a-zA-Z0-9-_/*]+)*[a-zA-Z0-9-_/*]*",
  1,
  1024,
);
const strategyId = matching("[a-zA-Z0-9][a-zA-Z0-9-_]*", 1, 100);
const branchName = matching("[a-zA-Z0-9][a-zA-Z0-9-_]*", 1, 100);
const key = matching(ALLOWED, 1, 128);
/** Seconds since 1970, with decimals. */
const timestamp = z.number().min(0).max(253_402_300_799);
const most = (what: string, value: number) => `Member must have ${what} less than or equal to ${value}`;

const eventValue = oneOf({ stringValue: matching(ALLOWED, 0, 256).optional() });
const recordValue = oneOf({
  stringValue: matching(ALLOWED, 1, 256).optional(),
  stringListValue: z
    .array(matching(ALLOWED, 1, 64))
    .min(1)
    .max(5)
    .optional(),
  numberValue: z.number().optional(),
  dateTimeValue: timestamp.optional(),
});
const recordMetadata = z
  .record(key, recordValue)
  .refine((map) => Object.keys(map).length <= 20, most("length", 20));

const payload = oneOf({
  conversational: z
    .object({
      content: oneOf({ text: matching("[\\s\\S]*", 1, 100_000).optional() }),
      role: z.enum(["ASSISTANT", "USER", "TOOL", "OTHER"]),
    })
    .optional(),
  blob: z.json().optional(),
  json: z.object({ content: z.json() }).optional(),
});

export const createEvent = z.object({
  actorId,
  sessionId: sessionId.optional(),
  eventTimestamp: timestamp,
  payload: z.array(payload).max(100, most("length", 100)),
  branch: z.object({ name: branchName, rootEventId: eventId.optional() }).optional(),
  metadata: z
    .record(key, eventValue)
    .refine((map) => Object.keys(map).length <= 15, most("length", 15))
    .optional(),
  clientToken: z.string().max(1024).optional(),
  extractionMode: z.enum(["SKIP"]).optional(),
  extractionConfig: z
    .object({
      namespaceVariables: z
        .record(
          matching("(?!memoryStrategyId$|actorId$|sessionId$)[a-z][a-z0-9]*", 1, 32),
          z.string().max(64),
        )
        .optional(),
    })
    .optional(),
});
export type CreateEvent = z.infer<typeof createEvent>;
export type Payload = CreateEvent["payload"][number];

const page = {
  maxResults: z
    .number()
    .int()
    .min(1, "Member must have value greater than or equal to 1")
    .max(100, most("value", 100))
    .default(20),
  nextToken: z.string().max(10_000).optional(),
};

export const listEvents = z.object({
  includePayloads: z.boolean().default(true),
  filter: z
    .object({
      branch: z.object({ name: branchName, includeParentBranches: z.boolean().optional() }).optional(),
      eventMetadata: z
        .array(
          z.object({
            left: oneOf({ metadataKey: key.optional() }),
            operator: z.enum(["EQUALS_TO", "EXISTS", "NOT_EXISTS"]),
            right: oneOf({ metadataValue: eventValue.optional() }).optional(),
          }),
        )
        .min(1)
        .max(5)
        .optional(),
    })
    .optional(),
  ...page,
});
export type ListEvents = z.infer<typeof listEvents>;

export const listSessions = z.object({
  filter: z.object({ eventFilter: z.enum(["HAS_EVENTS"]).optional() }).optional(),
  ...page,
});
export const listActors = z.object(page);

const recordFilters = z
  .array(
    z.object({
      left: oneOf({ metadataKey: key.optional() }),
      operator: z.enum([
        "EQUALS_TO",
        "EXISTS",
        "NOT_EXISTS",
        "BEFORE",
        "AFTER",
        "CONTAINS",
        "GREATER_THAN",
        "GREATER_THAN_OR_EQUALS",
        "LESS_THAN",
        "LESS_THAN_OR_EQUALS",
      ]),
      right: oneOf({ metadataValue: recordValue.optional() }).optional(),
    }),
  )
  .min(1)
  .max(5);
export type RecordFilter = z.infer<typeof recordFilters>[number];
export type RecordMetadata = z.infer<typeof recordMetadata>;

const where = { namespace: namespace.optional(), namespacePath: namespace.optional() };
const isOneNamespace = (given: { readonly namespace?: unknown; readonly namespacePath?: unknown }) =>
  (given.namespace === undefined) !== (given.namespacePath === undefined);
const ONE_NAMESPACE = {
  message: "Exactly one of namespace and namespacePath must be given",
  path: ["namespace"],
};

export const listRecords = z
  .object({
    ...where,
    memoryStrategyId: strategyId.optional(),
    metadataFilters: recordFilters.optional(),
    ...page,
  })
  .refine(isOneNamespace, ONE_NAMESPACE);

export const retrieveRecords = z
  .object({
    ...where,
    searchCriteria: z.object({
      searchQuery: matching("[\\s\\S]*", 1, 10_000),
      memoryStrategyId: strategyId.optional(),
      topK: z.number().int().min(1).max(100).default(10),
      metadataFilters: recordFilters.optional(),
    }),
    ...page,
  })
  .refine(isOneNamespace, ONE_NAMESPACE);

const content = oneOf({ text: matching("[\\s\\S]*", 1, 16_000).optional() });
const batch = <T extends z.ZodType>(one: T) => z.array(one).max(100, most("length", 100));

export const batchCreate = z.object({
  clientToken: z.string().max(1024).optional(),
  records: batch(
    z.object({
      requestIdentifier: matching("[a-zA-Z0-9_-]+", 1, 80),
      namespaces: z.array(namespace).max(1, most("length", 1)),
      content,
      timestamp,
      memoryStrategyId: strategyId.optional(),
      metadata: recordMetadata.optional(),
    }),
  ),
});

export const batchUpdate = z.object({
  records: batch(
    z.object({
      memoryRecordId: recordId,
      timestamp,
      content: content.optional(),
      namespaces: z.array(namespace).max(1, most("length", 1)).optional(),
      memoryStrategyId: strategyId.optional(),
      metadata: recordMetadata.optional(),
    }),
  ),
});

export const batchDelete = z.object({
  records: batch(z.object({ memoryRecordId: recordId, namespace: namespace.optional() })),
});
