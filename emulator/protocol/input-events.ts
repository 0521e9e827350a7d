/**
 * The events a client may send, as zod schemas. Members that are not named here are let through unread, as AWS does.
 * Source: Nova 2 user guide, "Input events".
 */
import * as z from "zod";

const name = z.string().min(1).max(1024);
const rate = z.union([z.literal(8000), z.literal(16000), z.literal(24000)]);

const lpcm = {
  mediaType: z.literal("audio/lpcm"),
  sampleRateHertz: rate,
  sampleSizeBits: z.literal(16),
  channelCount: z.literal(1),
  encoding: z.literal("base64").optional(),
  audioType: z.literal("SPEECH").optional(),
};
const plainText = z.looseObject({ mediaType: z.literal("text/plain") });

export const sessionStart = z.looseObject({
  inferenceConfiguration: z
    .looseObject({
      maxTokens: z.number().int().min(1).optional(),
      topP: z.number().min(0).max(1).optional(),
      temperature: z.number().min(0).max(1).optional(),
    })
    .optional(),
  turnDetectionConfiguration: z
    .looseObject({ endpointingSensitivity: z.enum(["HIGH", "MEDIUM", "LOW"]).optional() })
    .optional(),
});

const toolSpec = z.looseObject({
  name: z.string(),
  description: z.string().optional(),
  /** The guide shows a string; one of its samples shows an object. */
  inputSchema: z.looseObject({ json: z.union([z.string(), z.record(z.string(), z.unknown())]) }).optional(),
});

export const promptStart = z.looseObject({
  promptName: name,
  textOutputConfiguration: plainText.optional(),
  audioOutputConfiguration: z.looseObject({ ...lpcm, voiceId: z.string() }),
  toolUseOutputConfiguration: z.looseObject({ mediaType: z.literal("application/json") }).optional(),
  toolConfiguration: z
    .looseObject({
      tools: z.array(z.looseObject({ toolSpec })).optional(),
      toolChoice: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});

const inContent = { promptName: name, contentName: name };

export const contentStart = z.discriminatedUnion("type", [
  z.looseObject({
    ...inContent,
    type: z.literal("TEXT"),
    role: z.enum(["SYSTEM", "USER", "ASSISTANT", "SYSTEM_SPEECH"]),
    interactive: z.boolean().optional(),
    textInputConfiguration: plainText,
  }),
  z.looseObject({
    ...inContent,
    type: z.literal("AUDIO"),
    role: z.literal("USER"),
    interactive: z.boolean().optional(),
    audioInputConfiguration: z.looseObject(lpcm),
  }),
  z.looseObject({
    ...inContent,
    type: z.literal("TOOL"),
    role: z.literal("TOOL"),
    interactive: z.boolean().optional(),
    toolResultInputConfiguration: z.looseObject({
      toolUseId: z.string().min(1),
      type: z.literal("TEXT"),
      textInputConfiguration: z.looseObject({ mediaType: z.string() }).optional(),
    }),
  }),
]);

const withContent = z.looseObject({ ...inContent, content: z.string() });

const schemas = {
  sessionStart,
  promptStart,
  contentStart,
  textInput: withContent,
  audioInput: withContent,
  toolResult: withContent,
  contentEnd: z.looseObject(inContent),
  promptEnd: z.looseObject({ promptName: name }),
  sessionEnd: z.looseObject({}),
};

type Schemas = typeof schemas;
export type EventName = keyof Schemas;
export type InputEvent = {
  [N in EventName]: { readonly name: N; readonly body: z.infer<Schemas[N]> };
}[EventName];
export type ContentStart = z.infer<typeof contentStart>;
export type PromptStart = z.infer<typeof promptStart>;

export type ParsedEvent =
  | { readonly ok: true; readonly event: InputEvent }
  /** `not_json` is damage; `invalid` is an event with a wrong or missing member. */
  | {
      readonly ok: false;
      readonly kind: "not_json" | "invalid";
      readonly name: string;
      readonly why: string;
    };

const envelopes = z.object({ event: z.record(z.string(), z.unknown()) });

/** Reads `{"event":{"<name>":{…}}}`. */
export function parseInputEvent(json: string): ParsedEvent {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { ok: false, kind: "not_json", name: "?", why: "the event is not JSON" };
  }
  const envelope = envelopes.safeParse(value);
  const entries = envelope.success ? Object.entries(envelope.data.event) : [];
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) {
    return { ok: false, kind: "invalid", name: "?", why: 'the event is not {"event":{"<name>":{…}}}' };
  }
  const [eventName, body] = entry;
  if (!isEventName(eventName)) {
    return {
      ok: false,
      kind: "invalid",
      name: eventName.slice(0, 64),
      why: "there is no event of this name",
    };
  }
  const parsed = schemas[eventName].safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const why = `${issue?.path.join(".") || eventName}: ${issue?.message ?? "not valid"}`;
    return { ok: false, kind: "invalid", name: eventName, why };
  }
  // The name chose the schema that made the body, which the type system cannot follow.
  return { ok: true, event: { name: eventName, body: parsed.data } as InputEvent };
}

function isEventName(text: string): text is EventName {
  return Object.hasOwn(schemas, text);
}
