/**
 * The Worker that wrangler deploys: a gateway for the agents of `agents/`, and nothing else.
 */
import { agents } from "../agents/index.ts";
import { gateway } from "./index.ts";

const parts = gateway({ agents });

export class VoiceSession extends parts.VoiceSession {}
export class CapacityLedger extends parts.CapacityLedger {}
export class CallerMemory extends parts.CallerMemory {}
export default parts.worker;
