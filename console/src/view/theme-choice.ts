/**
 * Light, dark, or as the system has it; remembered in this browser.
 */
const NAME = "antiphon.theme";
const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** Storage may be forbidden; the page works without it. */
export const storedTheme = (): Theme => {
  try {
    const stored = localStorage.getItem(NAME);
    return THEMES.find((theme) => theme === stored) ?? "system";
  } catch {
    return "system";
  }
};

export const applyTheme = (theme: Theme): void => {
  document.documentElement.dataset.theme = theme;
};

/** The next in turn, applied and remembered. */
export const nextTheme = (theme: Theme): Theme => {
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  applyTheme(next);
  try {
    localStorage.setItem(NAME, next);
  } catch {
    // Not remembered, then.
  }
  return next;
};
