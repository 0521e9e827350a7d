/**
 * The console: joins the page's elements to the controller, and the store to the views.
 */
import { CallerDesk } from "./caller-desk.ts";
import { Controller } from "./controller.ts";
import { tabSessionKeeper } from "./gateway/kept-session.ts";
import { tabKeyRing } from "./gateway/key-ring.ts";
import { problem } from "./state/problems.ts";
import { Store } from "./store.ts";
import { announcer } from "./view/announcer.ts";
import { conversationView } from "./view/conversation-view.ts";
import { detailsView } from "./view/details-view.ts";
import { dockView } from "./view/dock-view.ts";
import { need } from "./view/dom.ts";
import { frameView } from "./view/frame-view.ts";
import { keypad } from "./view/keypad.ts";
import { memoryView } from "./view/memory-view.ts";
import { Meter } from "./view/meter.ts";
import { problemsView } from "./view/problems-view.ts";
import { nextTheme, storedTheme, type Theme } from "./view/theme-choice.ts";
import { timelineView } from "./view/timeline-view.ts";
import { trackView } from "./view/track-view.ts";
import { transcriptButtons } from "./view/transcript-buttons.ts";
import { visitsView } from "./view/visits-view.ts";
import { whoForm } from "./view/who-form.ts";

/** Px from which the details stand beside the conversation and are open from the start. */
const WIDE = "(min-width: 960px)";

const now = (): number => Date.now();
const store = new Store();
const callerMeter = new Meter(need("caller-meter", HTMLElement));
const agentMeter = new Meter(need("agent-meter", HTMLElement));
const controller = new Controller(
  store,
  tabKeyRing,
  tabSessionKeeper,
  { onCaller: (rms) => callerMeter.set(rms), onAgent: (rms) => agentMeter.set(rms) },
  now,
);

// First what takes room, then what scrolls to an end or takes the focus there.
store.subscribe(visitsView(now));
store.subscribe(frameView(now));
store.subscribe(conversationView((call, answer) => controller.answerTool(call, answer)));
store.subscribe(dockView());
store.subscribe(timelineView(now));
store.subscribe(trackView(now, (segment) => controller.goTo(segment)));
store.subscribe(detailsView());
store.subscribe(memoryView(new CallerDesk(store, tabKeyRing)));
store.subscribe(problemsView((id) => store.dispatch({ type: "dismissed", id })));
store.subscribe(announcer());
keypad((digit) => controller.dial(digit));
transcriptButtons(
  () => store.state,
  () => store.dispatch({ type: "problem", problem: problem("clipboard") }),
);

const onClick = (id: string, act: () => void): void =>
  need(id, HTMLButtonElement).addEventListener("click", act);
const chosenAgent = (): string => need("agent", HTMLSelectElement).value;
const chosenWho = whoForm();
/** By voice or in writing, as the last session was begun. */
let speak = true;
const start = (bySpeaking: boolean): void => {
  speak = bySpeaking;
  void controller.start(chosenAgent(), chosenWho(), speak);
};

onClick("start-voice", () => start(true));
onClick("start-text", () => start(false));
onClick("again", () => start(speak));
onClick("another", () => {
  controller.clear();
  need("start-voice", HTMLButtonElement).focus();
});
onClick("reload-agents", () => void controller.loadAgents());
onClick("leave", () => controller.leave());
onClick("microphone", () => controller.toggleMicrophone());
onClick("stop", () => controller.stopSpeaking());

need("say", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const words = need("words", HTMLInputElement);
  if (controller.type(words.value)) words.value = "";
});
need("key-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  const key = need("key", HTMLInputElement);
  const given = key.value.trim();
  key.value = "";
  if (given !== "") void controller.giveKey(given);
});
document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") controller.stopSpeaking();
});
addEventListener("pagehide", () => controller.hide());
addEventListener("online", () => controller.hurry());

const details = need("details", HTMLElement);
const detailsToggle = need("details-toggle", HTMLButtonElement);
const showDetails = (open: boolean): void => {
  details.hidden = !open;
  detailsToggle.setAttribute("aria-expanded", String(open));
};
store.subscribe(({ session }, before) => {
  if ((session === null) === (before.session === null)) return;
  detailsToggle.hidden = session === null;
  showDetails(session !== null && matchMedia(WIDE).matches);
});
detailsToggle.addEventListener("click", () => showDetails(details.hidden !== false));

let theme: Theme = storedTheme();
const themeButton = need("theme", HTMLButtonElement);
const nameTheme = (): void => {
  const words = { system: "as the system", light: "light", dark: "dark" }[theme];
  themeButton.setAttribute("aria-label", `Colours: ${words}`);
  themeButton.title = `Colours: ${words}`;
};
nameTheme();
themeButton.addEventListener("click", () => {
  theme = nextTheme(theme);
  nameTheme();
});

void controller.reopen();
void controller.loadAgents();
