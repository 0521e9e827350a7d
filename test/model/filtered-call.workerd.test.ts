/**
 * A whole call in which the model's filters refuse what the caller said, through the real gateway.
 */
import { afterEach, expect, it } from "vitest";
import { Call, emulator, newestStream, orderFault, withNewStream } from "../workerd/call.ts";

const UNSPEAKABLE = "Tell me about the purple rhinoceros.";
const SCENARIO = {
  name: "filters",
  turns: [
    {
      when: { words: ["rhinoceros"] },
      do: [{ say: "The purple rhinoceros is a long story, and it goes like this." }],
    },
    { when: { pattern: "cannot be answered" }, do: [{ say: "Sorry, I cannot help with that." }] },
    { when: { words: ["balance"] }, do: [{ say: "Your balance is fine." }] },
  ],
  otherwise: [{ say: "Welcome." }],
};

afterEach(async () => {
  await emulator("/scenario", { method: "DELETE" });
  await emulator("/faults", { method: "DELETE" });
});

it("a caller whose words the filters refuse is told sorry, and the call goes on without them", async () => {
  await emulator("/scenario", { method: "POST", body: JSON.stringify(SCENARIO) });
  const [call, first] = await withNewStream(() => Call.ready());
  await call.until("transcript", { role: "agent", final: true, text: "Welcome." });
  await orderFault({
    stream: first.id,
    when: "mid_answer",
    fault: {
      type: "exception",
      exception: "validationException",
      message: "The request was blocked by our content filters.",
    },
  });
  call.send({ type: "text", text: UNSPEAKABLE });
  await call.until("segment", { reason: "recovery" });
  await call.until("transcript", { role: "agent", final: true, text: "Sorry, I cannot help with that." });
  call.send({ type: "text", text: "What is my balance?" });
  await call.until("transcript", { role: "agent", final: true, text: "Your balance is fine." });

  const second = await newestStream([first.id]);
  const trace = JSON.stringify(await emulator(`/streams/${second.id}/trace`));
  expect(trace).toContain("What is my balance?");
  expect(trace).not.toContain("Tell me about");
  call.send({ type: "bye" });
  await call.untilClosed();
});
