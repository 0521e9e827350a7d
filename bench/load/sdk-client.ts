/**
 * No subject at all: the AWS SDK's own stream, held by the load generator.
 */
import { randomUUID } from "node:crypto";
import {
  BedrockRuntimeClient,
  InvokeModelWithBidirectionalStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { DEFAULT_CREDENTIALS } from "../../emulator/auth/credentials.ts";
import { EventQueue } from "../baseline/event-queue.ts";
import { audioInput, epilogue, prologue, toolResult } from "../baseline/nova-events.ts";
import { nanoseconds } from "../calls/clock.ts";
import { USUAL } from "../calls/plan.ts";
import type { Client, Ear } from "./client.ts";

export function createSdkOpener(endpoint: string): (ear: Ear) => Promise<Client> {
  const bedrock = new BedrockRuntimeClient({
    region: "us-east-1",
    endpoint,
    credentials: DEFAULT_CREDENTIALS,
  });

  return async (ear) => {
    const openedAt = nanoseconds();
    const queue = new EventQueue();
    const names = { prompt: randomUUID(), audio: randomUUID() };
    const push = (events: readonly string[]): void => {
      for (const event of events) queue.push(event);
    };
    push(prologue(names));
    const { body } = await bedrock.send(
      new InvokeModelWithBidirectionalStreamCommand({ modelId: "amazon.nova-2-sonic-v1:0", body: queue }),
    );
    const readyAt = nanoseconds();
    let closed = false;
    const listen = async (): Promise<void> => {
      for await (const { chunk } of body ?? []) {
        if (chunk?.bytes === undefined) continue;
        const { event } = JSON.parse(Buffer.from(chunk.bytes).toString("utf8"));
        if (event.audioOutput) {
          const pcm = Buffer.from(event.audioOutput.content, "base64");
          ear.sound(pcm, nanoseconds());
        } else if (event.textOutput?.content === '{ "interrupted" : true }') ear.interrupted(nanoseconds());
        else if (event.toolUse)
          setTimeout(() => push(toolResult(names, event.toolUse.toolUseId, { found: "it" })), USUAL.toolMs);
      }
    };
    const over = listen().catch((error: unknown) => {
      if (!closed) ear.lost(String(error));
    });
    return {
      openedAt,
      readyAt,
      send: (pcm) => queue.push(audioInput(names, pcm)),
      wire: () => null,
      close() {
        closed = true;
        push(epilogue(names));
        queue.end();
        return over;
      },
    };
  };
}
