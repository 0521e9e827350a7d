/**
 * Speaks Nova Sonic's output events, in the order and with the members that the emulator has them.
 * https://docs.aws.amazon.com/nova/latest/nova2-userguide/sonic-output-events.html
 */
import { randomUUID } from "node:crypto";
import { DOWN_RATE } from "../calls/plan.ts";
import type { Mouth } from "./mouth.ts";
import { encodeEvent } from "./wire.ts";

export const TOOL = "look_up";
const INTERRUPTED = '{ "interrupted" : true }';
const SENTENCE = "Here is what I have found for you, and I hope that it helps.";

type Stop = "PARTIAL_TURN" | "END_TURN" | "INTERRUPTED";

export function createNovaMouth(promptName: string, write: (message: Uint8Array) => void): Mouth {
  const ids = { sessionId: randomUUID(), promptName, completionId: randomUUID() };
  let audioContent: string | null = null;
  let soundHead = "";
  let spokenTokens = 0;

  const emit = (name: string, body: object): void =>
    write(encodeEvent(JSON.stringify({ event: { [name]: { ...ids, ...body } } })));
  const text = (role: "USER" | "ASSISTANT", stage: "FINAL" | "SPECULATIVE", words: string, stop: Stop) => {
    const contentId = randomUUID();
    const additionalModelFields = JSON.stringify({ generationStage: stage });
    const textOutputConfiguration = { mediaType: "text/plain" };
    emit("contentStart", { additionalModelFields, contentId, type: "TEXT", role, textOutputConfiguration });
    emit("textOutput", { content: words, contentId, role });
    emit("contentEnd", { contentId, stopReason: stop, type: "TEXT" });
  };
  const endAudio = (): void => {
    if (audioContent !== null)
      emit("contentEnd", { contentId: audioContent, stopReason: "END_TURN", type: "AUDIO" });
    audioContent = null;
  };

  emit("completionStart", {});
  return {
    usesTools: true,
    speech(edge) {
      emit(edge === "started" ? "userSpeechStart" : "userSpeechEnd", { inputAudioOffsetMs: 0 });
      if (edge === "stopped") text("USER", "FINAL", "What have you found?", "PARTIAL_TURN");
    },
    askTool(turn) {
      const contentId = randomUUID();
      const toolUseOutputConfiguration = { mediaType: "application/json" };
      emit("contentStart", { contentId, type: "TOOL", role: "TOOL", toolUseOutputConfiguration });
      const content = JSON.stringify({ number: String(turn) });
      emit("toolUse", { content, contentId, role: "TOOL", toolName: TOOL, toolUseId: randomUUID() });
      emit("contentEnd", { contentId, stopReason: "TOOL_USE", type: "TOOL" });
    },
    beginAnswer() {
      text("ASSISTANT", "SPECULATIVE", SENTENCE, "PARTIAL_TURN");
      const contentId = randomUUID();
      const configured = { mediaType: "audio/lpcm", sampleRateHertz: DOWN_RATE, sampleSizeBits: 16 };
      emit("contentStart", {
        contentId,
        type: "AUDIO",
        role: "ASSISTANT",
        audioOutputConfiguration: { ...configured, encoding: "base64", channelCount: 1 },
      });
      audioContent = contentId;
      const whole = JSON.stringify({
        event: { audioOutput: { ...ids, contentId, role: "ASSISTANT", content: "" } },
      });
      soundHead = whole.slice(0, -'"}}}'.length);
    },
    sound: (pcm) => encodeEvent(`${soundHead}${pcm.toString("base64")}"}}}`),
    send: write,
    endAnswer() {
      endAudio();
      text("ASSISTANT", "FINAL", SENTENCE, "END_TURN");
      spokenTokens += 75;
      const tokens = {
        input: { speechTokens: 0, textTokens: 0 },
        output: { speechTokens: spokenTokens, textTokens: 0 },
      };
      emit("usageEvent", {
        details: { delta: tokens, total: tokens },
        totalInputTokens: 0,
        totalOutputTokens: spokenTokens,
        totalTokens: spokenTokens,
      });
    },
    interrupt() {
      endAudio();
      text("ASSISTANT", "FINAL", INTERRUPTED, "INTERRUPTED");
    },
  };
}
