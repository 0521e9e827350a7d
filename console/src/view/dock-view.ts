/**
 * The controls of a running session: microphone, text field, and the button that stops the agent.
 */
import { isLive, type MicrophoneState, type State } from "../state.ts";
import { need, setText } from "./dom.ts";

const MICROPHONE: Readonly<Record<MicrophoneState, { readonly words: string; readonly action: string }>> = {
  off: { words: "Microphone off", action: "Turn the microphone on" },
  opening: { words: "Opening microphone", action: "Opening the microphone" },
  live: { words: "Listening", action: "Mute the microphone" },
  muted: { words: "Muted", action: "Unmute the microphone" },
};

export const dockView = (): ((state: State) => void) => {
  const dock = need("dock", HTMLElement);
  const microphone = need("microphone", HTMLButtonElement);
  const icon = need("microphone-icon", SVGUseElement);
  const words = need("words", HTMLInputElement);
  const stop = need("stop", HTMLButtonElement);
  return (state) => {
    // What is written while the line is away is sent when it is back.
    const talking = isLive(state.connection);
    const { words: said, action } = MICROPHONE[state.microphone];
    const hearing = state.microphone === "live" && state.callerSpeaking;
    setText(need("microphone-words", HTMLElement), hearing ? "Hears you" : said);
    microphone.setAttribute("aria-label", action);
    microphone.title = action;
    microphone.setAttribute("aria-pressed", String(state.microphone === "live"));
    microphone.dataset.state = state.microphone;
    icon.setAttribute("href", state.microphone === "live" ? "#icon-microphone" : "#icon-microphone-off");
    // The field keeps its focus while a session is being opened; only sending waits.
    need("send", HTMLButtonElement).disabled = !talking;
    words.placeholder = talking ? "Say it in writing" : "One moment";
    const speaking = state.sounding !== null;
    stop.disabled = !talking || state.newestAnswer <= state.silenced || !speaking;
    setText(need("agent-words", HTMLElement), speaking ? "Agent speaks" : "Agent is silent");
    dock.dataset.playback = speaking ? "playing" : "silent";
    dock.dataset.answer = String(state.sounding ?? "");
  };
};
