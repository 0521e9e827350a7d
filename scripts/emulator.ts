/**
 * `npm run emulator`: the emulator alone, with whatever options it is given.
 */
import "../emulator/main.ts";
