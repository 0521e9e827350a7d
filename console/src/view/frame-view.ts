/**
 * The page around the conversation: connection, start and end of a session, and which parts are to be seen.
 */
import { type Agent, type Connection, isLive, type State } from "../state.ts";
import { make, need, setText } from "./dom.ts";

const CONNECTION: Readonly<Record<Connection["status"], string>> = {
  idle: "Not connected",
  key_needed: "An API key is needed",
  asking: "Asking for a ticket",
  connecting: "Connecting",
  talking: "Connected",
  away: "Reconnecting…",
  ended: "Ended",
};

const HINTS = {
  loading: "Looking for agents.",
  known: "Choose whom to talk to, and begin.",
  none: "This gateway has no agents yet. Write one, and look again.",
  failed: "The gateway did not say which agents it has.",
} as const;

const hintOf = ({ agents }: State): string =>
  agents.status === "known" && agents.list.length === 0 ? HINTS.none : HINTS[agents.status];

/** What to do while nothing has been said. */
const openingOf = ({ connection, microphone }: State): string => {
  if (connection.status !== "talking") return "One moment.";
  return microphone === "live" ? "Go ahead, you are heard." : "Write below, or turn the microphone on.";
};

const isBusy = ({ connection }: State): boolean =>
  connection.status === "asking" || connection.status === "connecting" || isLive(connection);

/** How often the seconds away are counted, in ms. */
const COUNT_EVERY = 250;

export const frameView = (now: () => number): ((state: State, before: State) => void) => {
  const connection = need("connection", HTMLElement);
  const words = need("connection-words", HTMLElement);
  const stage = need("stage", HTMLElement);
  const start = need("start", HTMLElement);
  const select = need("agent", HTMLSelectElement);
  const about = need("agent-about", HTMLElement);
  const keyForm = need("key-form", HTMLFormElement);
  const startForm = start.querySelector<HTMLElement>(".start-form");
  const startButtons = [need("start-voice", HTMLButtonElement), need("start-text", HTMLButtonElement)];
  const time = need("connection-time", HTMLElement);
  let listed: readonly Agent[] = [];
  let since: number | null = null;

  // Counted for the eye only: a screen reader would tell every second.
  const countAway = (): void =>
    setText(time, since === null ? "" : `${Math.max(0, Math.floor((now() - since) / 1000))} s`);
  setInterval(countAway, COUNT_EVERY);

  const showAbout = (): void => setText(about, listed.find(({ name }) => name === select.value)?.about ?? "");
  select.addEventListener("change", showAbout);

  const listAgents = (list: readonly Agent[]): void => {
    listed = list;
    const chosen = select.value;
    select.replaceChildren(
      ...list.map(({ name }) => make("option", { text: name, attributes: { value: name } })),
    );
    if (list.some(({ name }) => name === chosen)) select.value = chosen;
    select.disabled = list.length === 0;
    for (const button of startButtons) button.disabled = list.length === 0;
    showAbout();
  };

  return (state, before) => {
    const { status } = state.connection;
    const busy = isBusy(state);
    connection.dataset.status = status;
    setText(words, CONNECTION[status]);
    since = state.connection.status === "away" ? state.connection.since : null;
    countAway();
    stage.dataset.phase = state.session === null ? "idle" : busy ? "live" : "over";
    if (state.agents !== before.agents) listAgents(state.agents.status === "known" ? state.agents.list : []);
    setText(need("start-hint", HTMLElement), hintOf(state));
    const opening = need("opening", HTMLElement);
    opening.hidden = !busy || state.entries.length > 0;
    setText(opening, openingOf(state));
    need("start-hint", HTMLElement).hidden = status === "key_needed";
    start.hidden = state.session !== null && status !== "key_needed";
    keyForm.hidden = status !== "key_needed";
    if (startForm !== null) startForm.hidden = status === "key_needed";
    if (status === "key_needed" && before.connection.status !== "key_needed")
      need("key", HTMLInputElement).focus();
    if (state.connection.status === "key_needed" && state.connection.refused) {
      setText(
        need("key-hint", HTMLElement),
        "That key was not accepted. Try another; it is kept in this tab only.",
      );
    }
    need("reload-agents", HTMLButtonElement).hidden = state.agents.status !== "failed";
    need("timeline", HTMLElement).hidden = state.session === null;
    need("dock", HTMLElement).hidden = !busy;
    need("leave", HTMLButtonElement).hidden = !busy;
    need("ending", HTMLElement).hidden = status !== "ended";
    if (state.connection.status === "ended")
      setText(need("ending-words", HTMLElement), state.connection.reason);
    if (status !== before.connection.status) moveFocus(state, before);
  };
};

/** Focus follows the session, so that keyboard users are never left on a button that has gone. */
const moveFocus = (state: State, before: State): void => {
  const { status } = state.connection;
  if (status === "asking") need("words", HTMLInputElement).focus();
  if (status === "ended" && before.connection.status !== "idle") need("again", HTMLButtonElement).focus();
};
