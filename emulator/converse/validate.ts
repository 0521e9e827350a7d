/**
 * What Converse refuses, in AWS's words where they are known: order of roles, uses and results of tools, limits.
 * Sources: messages that clients of Bedrock have reported; Bedrock Runtime API reference for the ranges.
 */
import {
  type ConverseMessage,
  type ConverseRequest,
  texts,
  toolResults,
  toolSpecs,
  toolUses,
} from "./request.ts";
import type { TextModel } from "./text-models.ts";
import { tokensOf } from "./tokens.ts";

/** The message of a ValidationException, or undefined when the request may be answered. */
export function complaint(request: ConverseRequest, model: TextModel): string | undefined {
  return (
    limitComplaint(request, model) ??
    toolConfigComplaint(request) ??
    orderComplaint(request.messages) ??
    first(request.messages, contentComplaint) ??
    first(request.messages, pairingComplaint) ??
    usesWithoutConfig(request) ??
    sizeComplaint(request, model)
  );
}

const constraint = (value: unknown, place: string, rule: string): string =>
  `1 validation error detected: Value '${value}' at '${place}' failed to satisfy constraint: Member must ${rule}`;

function limitComplaint({ inferenceConfig }: ConverseRequest, model: TextModel): string | undefined {
  const { maxTokens, temperature, topP, stopSequences } = inferenceConfig;
  if (maxTokens !== undefined && maxTokens < 1) {
    return constraint(maxTokens, "inferenceConfig.maxTokens", "have value greater than or equal to 1");
  }
  if (maxTokens !== undefined && maxTokens > model.outputTokens) {
    return `The maximum tokens you requested exceeds the model limit of ${model.outputTokens}. Try again with a maximum tokens value that is lower than ${model.outputTokens}.`;
  }
  for (const [name, value] of Object.entries({ temperature, topP })) {
    if (value === undefined || (value >= 0 && value <= 1)) continue;
    const rule = value < 0 ? "greater than or equal to 0" : "less than or equal to 1";
    return constraint(value, `inferenceConfig.${name}`, `have value ${rule}`);
  }
  const blank = stopSequences?.indexOf("") ?? -1;
  return blank < 0
    ? undefined
    : constraint(
        "",
        `inferenceConfig.stopSequences.${blank + 1}.member`,
        "have length greater than or equal to 1",
      );
}

function toolConfigComplaint(request: ConverseRequest): string | undefined {
  if (request.toolConfig === undefined) return undefined;
  if (request.toolConfig.tools.length === 0) {
    return constraint("[]", "toolConfig.tools", "have length greater than or equal to 1");
  }
  const specs = toolSpecs(request);
  for (const [index, { name, description, inputSchema }] of specs.entries()) {
    const place = `toolConfig.tools.${index + 1}.member.toolSpec`;
    if (!/^[a-zA-Z0-9_-]+$/.test(name)) {
      return constraint(name, `${place}.name`, "satisfy regular expression pattern: [a-zA-Z0-9_-]+");
    }
    if (name.length > 64) return constraint(name, `${place}.name`, "have length less than or equal to 64");
    if (description === "") {
      return constraint("", `${place}.description`, "have length greater than or equal to 1");
    }
    const earlier = specs.findIndex((each) => each.name === name);
    if (earlier < index) return `The tool ${name} is already defined at toolConfig.tools.${earlier}.`;
    const schema = inputSchema.json;
    if (typeof schema !== "object" || schema === null || !("type" in schema) || schema.type !== "object") {
      return `The value at toolConfig.tools.${index}.toolSpec.inputSchema.json.type must be one of the following: object.`;
    }
  }
  const choice = request.toolConfig.toolChoice;
  if (choice !== undefined && "tool" in choice && !specs.some(({ name }) => name === choice.tool.name)) {
    return `The tool ${choice.tool.name} specified in toolConfig.toolChoice is not defined in toolConfig.tools.`;
  }
  return undefined;
}

function orderComplaint(messages: readonly ConverseMessage[]): string | undefined {
  if (messages[0]?.role !== "user") {
    return "A conversation must start with a user message. Try again with a conversation that starts with a user message.";
  }
  if (messages.some((message, index) => index > 0 && message.role === messages[index - 1]?.role)) {
    return "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.";
  }
  return messages.at(-1)?.role === "assistant"
    ? "The model you are using requires the last turn in the conversation to be a user message. Add a user message to the conversation and try again."
    : undefined;
}

function contentComplaint(message: ConverseMessage, at: number): string | undefined {
  const place = `messages.${at}.content`;
  if (message.content.length === 0) {
    return `The content field in the Message object at messages.${at} is empty. Add a ContentBlock object to the content field and try again.`;
  }
  if (message.role === "user" && toolUses(message).length > 0) {
    return "User messages cannot contain tool uses. Please remove the tool uses and try again.";
  }
  if (message.role === "assistant" && toolResults(message).length > 0) {
    return "Assistant messages cannot contain tool results. Please remove the tool results and try again.";
  }
  for (const [index, block] of message.content.entries()) {
    if ("text" in block && block.text.trim() === "") {
      return `The text field in the ContentBlock object at ${place}.${index} is blank. Add text to the text field, and try again.`;
    }
    if ("toolUse" in block && !isObject(block.toolUse.input))
      return notAnObject(`${place}.${index}.toolUse.input`);
    if ("toolResult" in block) {
      const wrong = block.toolResult.content.findIndex((each) => "json" in each && !isObject(each.json));
      if (wrong >= 0) return notAnObject(`${place}.${index}.toolResult.content.${wrong}.json`);
    }
  }
  return undefined;
}

const notAnObject = (place: string): string =>
  `The format of the value at ${place} is invalid. Provide a json object for the field and try again.`;

/** Each use of a tool is answered in the very next message, and nothing else is. */
function pairingComplaint(
  message: ConverseMessage,
  at: number,
  messages: readonly ConverseMessage[],
): string | undefined {
  const place = `messages.${at}.content`;
  if (message.role === "assistant") {
    const ids = toolUses(message).map(({ toolUseId }) => toolUseId);
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    return twice.length === 0
      ? undefined
      : `The toolUse blocks at ${place} contain duplicate Ids: ${twice.join(", ")}`;
  }
  const results = toolResults(message).map(({ toolUseId }) => toolUseId);
  const uses = toolUses(messages[at - 1]).map(({ toolUseId }) => toolUseId);
  const twice = results.filter((id, index) => results.indexOf(id) !== index);
  if (twice.length > 0) return `The toolResult blocks at ${place} contain duplicate Ids: ${twice.join(", ")}`;
  if (results.length > uses.length) {
    return `The number of toolResult blocks at ${place} exceeds the number of toolUse blocks of previous turn.`;
  }
  const unanswered = uses.filter((id) => !results.includes(id));
  return unanswered.length === 0
    ? undefined
    : `Expected toolResult blocks at ${place} for the following Ids: ${unanswered.join(", ")}`;
}

function usesWithoutConfig({ messages, toolConfig }: ConverseRequest): string | undefined {
  const used = messages.some((message) => toolUses(message).length + toolResults(message).length > 0);
  return used && toolConfig === undefined
    ? "The toolConfig field must be defined when using toolUse and toolResult content blocks."
    : undefined;
}

function sizeComplaint(request: ConverseRequest, model: TextModel): string | undefined {
  const blank = request.system.findIndex((each) => "text" in each && each.text === "");
  if (blank >= 0)
    return constraint("", `system.${blank + 1}.member.text`, "have length greater than or equal to 1");
  const tokens = tokensOf(texts(request.system)) + tokensOf(JSON.stringify(request.messages));
  return tokens > model.contextTokens ? "Input is too long for requested model." : undefined;
}

function first(
  messages: readonly ConverseMessage[],
  complain: (message: ConverseMessage, at: number, all: readonly ConverseMessage[]) => string | undefined,
): string | undefined {
  for (const [at, message] of messages.entries()) {
    const found = complain(message, at, messages);
    if (found !== undefined) return found;
  }
  return undefined;
}

const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);
