/**
 * For whom a session is made: a name that the person gives, as a server would.
 */
import type { Who } from "../state/memory.ts";
import { need, setText } from "./dom.ts";

const NOBODY = "nobody in particular";

/** What has been given: null for nobody, whose tenant does not matter here. */
export const whoForm = (): (() => Who | null) => {
  const caller = need("caller", HTMLInputElement);
  const tenant = need("tenant", HTMLInputElement);
  const words = need("who-words", HTMLElement);
  const given = (): Who | null =>
    caller.value.trim() === ""
      ? null
      : { caller: caller.value.trim(), tenant: tenant.value.trim() === "" ? null : tenant.value.trim() };
  const show = (): void => {
    const who = given();
    tenant.disabled = who === null;
    setText(
      words,
      who === null ? NOBODY : who.tenant === null ? who.caller : `${who.caller} of ${who.tenant}`,
    );
  };
  for (const field of [caller, tenant]) field.addEventListener("input", show);
  // A browser that goes back to the page brings what was written there along.
  show();
  return given;
};
