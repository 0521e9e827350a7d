/**
 * The rules of Nova Sonic's input: which event may come when. Pure: no clock, no output.
 * Source: Nova 2 user guide, "Event flow"; observed refusals where the guide is silent.
 */
import { err, ok, type Result } from "../result.ts";
import type { Scene, Sensitivity } from "../seams.ts";
import { readAudio } from "./audio-input.ts";
import { createHistory } from "./history.ts";
import type { ContentStart, InputEvent } from "./input-events.ts";
import type { ModelFacts } from "./models.ts";
import { type Prompt, readPrompt } from "./prompt.ts";
import { createToolLedger } from "./tool-ledger.ts";
import { historyTooLate, invalidRequest, noPrompts, type Violation } from "./violations.ts";

/** What an event that keeps the rules means to the engine. */
export type Meaning =
  | { readonly type: "nothing" }
  | { readonly type: "prompt_started"; readonly prompt: Prompt; readonly sensitivity: Sensitivity }
  | { readonly type: "audio_started"; readonly rate: number }
  | { readonly type: "audio"; readonly samples: Int16Array }
  | { readonly type: "typed"; readonly text: string }
  | { readonly type: "tool_result"; readonly toolUseId: string; readonly content: unknown }
  | { readonly type: "prompt_ended" }
  | { readonly type: "session_ended" };

export interface RuleOptions {
  readonly model: ModelFacts;
  /** Refuse audioInput while a tool result is outstanding: reported once for Nova 2.5, contradicted by AWS's guide. */
  readonly refuseAudioWhileToolPending: boolean;
}

type Phase = "fresh" | "session" | "prompt" | "prompt_ended" | "session_ended";

/** A content that is open, with what has been put into it. */
type Content =
  | { readonly type: "system"; texts: number }
  | { readonly type: "history"; texts: number }
  | { readonly type: "typed"; text: string }
  | { readonly type: "audio" }
  | { readonly type: "tool"; readonly toolUseId: string; result: string | undefined };

type ContentEvent = Extract<
  InputEvent,
  { name: "contentStart" | "textInput" | "audioInput" | "toolResult" | "contentEnd" }
>;

const nothing: Result<Meaning, Violation> = ok({ type: "nothing" });
const refuse = (why: string): Result<never, Violation> => err(invalidRequest(why));

export interface Rulebook {
  accept(event: InputEvent): Result<Meaning, Violation>;
  /** The engine has sent this tool use; exactly one result may follow. */
  toolUsed(toolUseId: string): void;
  /** What a mind may know. Only after `prompt_started`. */
  scene(): Scene;
}

export function createRulebook(options: RuleOptions): Rulebook {
  let phase: Phase = "fresh";
  let sensitivity: Sensitivity = "MEDIUM";
  let prompt: Prompt | undefined;
  let systemPrompt = "";
  let audio: "none" | "open" | "ended" = "none";
  const history = createHistory();
  const open = new Map<string, Content>();
  const names = new Set<string>();
  const tools = createToolLedger();

  const inPrompt = (promptName: string): Violation | undefined => {
    if (phase !== "prompt" || prompt === undefined) return invalidRequest("no prompt is open");
    return prompt.name === promptName
      ? undefined
      : invalidRequest("promptName is not that of the open prompt");
  };

  const startContent = (start: ContentStart): Result<Meaning, Violation> => {
    if (names.has(start.contentName)) return refuse("contentName has been used before");
    const opened = openContent(start);
    if (!opened.ok) return opened;
    names.add(start.contentName);
    open.set(start.contentName, opened.value);
    if (start.type !== "AUDIO") return nothing;
    audio = "open";
    return ok({ type: "audio_started", rate: start.audioInputConfiguration.sampleRateHertz });
  };

  const openContent = (start: ContentStart): Result<Content, Violation> => {
    if (start.type === "AUDIO") {
      if (audio !== "none") return refuse("a prompt has one AUDIO content for all of its audio");
      if (systemPrompt === "") return refuse("the system prompt comes before audio");
      if (open.size > 0) return err(historyTooLate("audio starts while a text content is open"));
      return ok({ type: "audio" });
    }
    if (start.type === "TOOL") {
      const announced = tools.announce(start);
      return announced.ok ? ok({ type: "tool", toolUseId: announced.value, result: undefined }) : announced;
    }
    return openText(start);
  };

  const openText = (start: ContentStart & { type: "TEXT" }): Result<Content, Violation> => {
    if (start.interactive === true && start.role === "USER") {
      return audio === "none"
        ? refuse("typed text comes after the start of audio")
        : ok({ type: "typed", text: "" });
    }
    const isHistory = start.role === "USER" || start.role === "ASSISTANT";
    if (audio !== "none") {
      return isHistory
        ? err(historyTooLate("history after the start of audio"))
        : refuse("a system prompt after the start of audio");
    }
    if (open.size > 0) return refuse("the content before has not been ended");
    if (start.role === "SYSTEM") {
      return systemPrompt === "" && history.messages.length === 0
        ? ok({ type: "system", texts: 0 })
        : refuse("the system prompt comes once, before history");
    }
    if (systemPrompt === "") return refuse("the system prompt comes first");
    if (start.role === "SYSTEM_SPEECH") {
      return history.messages.length === 0
        ? ok({ type: "system", texts: 0 })
        : refuse("SYSTEM_SPEECH comes before history");
    }
    const wrong = start.role === "USER" || start.role === "ASSISTANT" ? history.begin(start.role) : undefined;
    return wrong === undefined ? ok({ type: "history", texts: 0 }) : err(wrong);
  };

  const textInput = (content: Content | undefined, text: string): Result<Meaning, Violation> => {
    switch (content?.type) {
      case "system":
        content.texts += 1;
        systemPrompt += text;
        return nothing;
      case "history": {
        content.texts += 1;
        const wrong = history.add(text);
        return wrong === undefined ? nothing : err(wrong);
      }
      case "typed":
        content.text += text;
        return nothing;
      default:
        return refuse("textInput without an open TEXT content");
    }
  };

  const audioInput = (content: Content | undefined, base64: string): Result<Meaning, Violation> => {
    if (content?.type !== "audio") {
      const between = [...open.values()].some((other) => other.type === "history" || other.type === "system");
      return between
        ? err(historyTooLate("audioInput while a history content is open"))
        : refuse("audioInput without an open AUDIO content");
    }
    if (options.refuseAudioWhileToolPending && tools.anyPending()) {
      return refuse("audioInput while a tool result is pending (this is switched on)");
    }
    const read = readAudio(base64);
    return read.ok ? ok({ type: "audio", samples: read.value }) : read;
  };

  const endContent = (contentName: string, content: Content | undefined): Result<Meaning, Violation> => {
    if (content === undefined) return refuse("contentEnd without its contentStart");
    open.delete(contentName);
    switch (content.type) {
      case "audio":
        audio = "ended";
        return nothing;
      case "system":
      case "history":
        return content.texts > 0 ? nothing : refuse("a text content without text");
      case "typed":
        return content.text.trim() === ""
          ? refuse("typed text is empty")
          : ok({ type: "typed", text: content.text });
      case "tool": {
        const { toolUseId } = content;
        const result = tools.complete(toolUseId, content.result);
        return result.ok ? ok({ type: "tool_result", toolUseId, content: result.value }) : result;
      }
    }
  };

  const inContent = (event: ContentEvent): Result<Meaning, Violation> => {
    const wrong = inPrompt(event.body.promptName);
    if (wrong !== undefined) return err(wrong);
    const content = open.get(event.body.contentName);
    switch (event.name) {
      case "contentStart":
        return startContent(event.body);
      case "textInput":
        return textInput(content, event.body.content);
      case "audioInput":
        return audioInput(content, event.body.content);
      case "toolResult":
        if (content?.type !== "tool") return refuse("toolResult without an open TOOL content");
        if (content.result !== undefined) return refuse("a second toolResult in one content");
        content.result = event.body.content;
        return nothing;
      case "contentEnd":
        return endContent(event.body.contentName, content);
    }
  };

  const endPrompt = (promptName: string): Result<Meaning, Violation> => {
    const wrong = inPrompt(promptName);
    if (wrong !== undefined) return err(wrong);
    if (audio === "none") return refuse("promptEnd without audio content");
    if (open.size > 0) return refuse("promptEnd while a content is open");
    phase = "prompt_ended";
    return ok({ type: "prompt_ended" });
  };

  return {
    accept(event) {
      if (phase === "session_ended") return nothing;
      switch (event.name) {
        case "sessionStart":
          if (phase !== "fresh") return refuse("a second sessionStart");
          phase = "session";
          sensitivity = event.body.turnDetectionConfiguration?.endpointingSensitivity ?? sensitivity;
          return nothing;
        case "promptStart": {
          if (phase !== "session")
            return refuse(phase === "fresh" ? "sessionStart comes first" : "a second prompt");
          const read = readPrompt(event.body, options.model);
          if (!read.ok) return read;
          prompt = read.value;
          phase = "prompt";
          return ok({ type: "prompt_started", prompt, sensitivity });
        }
        case "promptEnd":
          return endPrompt(event.body.promptName);
        case "sessionEnd":
          if (phase === "session") return err(noPrompts("sessionEnd without a prompt"));
          if (phase !== "prompt_ended") return refuse("sessionEnd comes after promptEnd");
          phase = "session_ended";
          return ok({ type: "session_ended" });
        default:
          return inContent(event);
      }
    },
    toolUsed: tools.used,
    scene: () => ({
      modelId: options.model.id,
      systemPrompt,
      history: history.messages,
      tools: prompt?.tools ?? [],
    }),
  };
}
