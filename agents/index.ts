/**
 * The agents that this gateway serves.
 */
import { first } from "./first.ts";

export const agents = [first];
