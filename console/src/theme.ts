/**
 * Sets the chosen colours before the first paint. A script of its own because the page allows none inline.
 */
import { applyTheme, storedTheme } from "./view/theme-choice.ts";

applyTheme(storedTheme());
