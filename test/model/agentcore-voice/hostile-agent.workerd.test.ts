/**
 * A hosted agent is somebody else's program. Whatever it sends, the stream goes on or ends once, and tells no nonsense.
 */
import { describe, expect, it } from "vitest";
import type { ModelEvent } from "../../../src/conversation/events.ts";
import { audio, MARK, SESSION, startCall, transcript } from "../../workerd/agentcore/agent-end.ts";

const isMark = (event: ModelEvent) => event.type === "caller_text" && event.text === MARK.text;
const own = { format: "pcm", sample_rate: 16_000, channels: 1 };

/** Messages, with what must be told of them: by default nothing. */
const HARMLESS: readonly (readonly [what: string, message: string | Uint8Array, told?: readonly string[]])[] =
  [
    ["nothing", ""],
    ["a space", " "],
    ["no JSON", "Hello?"],
    ["half an event", '{"type":"bidi_audio_stream","audio":"AAA'],
    ["null", "null"],
    ["a number", "42"],
    ["a string", '"bidi_interruption"'],
    ["an array", '[{"type":"bidi_interruption"}]'],
    ["an empty object", "{}"],
    ["a type that is a number", '{"type":7}'],
    ["a type that is null", '{"type":null}'],
    ["a type of nothing", '{"type":""}'],
    ["the type of an object's own ancestry", '{"type":"__proto__"}'],
    ["a constructor", '{"type":"constructor"}'],
    ["a prototype in a member", '{"__proto__":{"type":"bidi_interruption"}}'],
    ["an unknown event", '{"type":"bidi_mood","mood":"sunny"}'],
    ["an event of another case", '{"type":"BIDI_INTERRUPTION"}'],
    ["HTML", "<html><body>502 Bad Gateway</body></html>"],
    ["a page of XML", '<?xml version="1.0"?><Error/>'],
    ["server-sent words", 'data: {"type":"bidi_interruption"}\n\n'],
    ["two events in one message", '{"type":"bidi_interruption"}{"type":"bidi_interruption"}'],
    ["deep arrays", "[".repeat(100_000)],
    ["deep objects", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`],
    ["a message of two megabytes", `{"type":"bidi_interruption","pad":"${"x".repeat(2_000_000)}"}`],
    ["bytes that are no text", new Uint8Array([0xff, 0xfe, 0x00, 0xc3])],
    ["no bytes", new Uint8Array(0)],
    ["a half surrogate", '{"type":"\\ud800"}'],
    ["our config come back", '{"type":"config","voice":"x"}'],
    ["our text come back", '{"type":"bidi_text_input","text":"hi","role":"user"}'],
    ["our audio come back", JSON.stringify({ type: "bidi_audio_input", audio: "AAAA", ...own })],
    ["the server's greeting", '{"type":"system","message":"Configuration applied: voice=x"}'],
    [
      "a config complained of twice",
      '{"type":"error","message":"Configuration can only be set once per session."}',
    ],
    [
      "a tool of its own",
      '{"type":"tool_use_stream","current_tool_use":{"toolUseId":"t","name":"n","input":{}}}',
    ],
    ["its tool's result", '{"type":"tool_result","tool_result":{"toolUseId":"t","status":"success"}}'],
    ["blocks of tool uses", '{"type":"bidi_tool_use_blocks","blocks":[]}'],
    ["a warning of its end", '{"type":"bidi_connection_warning","time_left_s":30}'],
    ["audio without audio", JSON.stringify({ type: "bidi_audio_stream", ...own })],
    ["audio that is a number", JSON.stringify({ type: "bidi_audio_stream", audio: 7, ...own })],
    ["audio of nothing", JSON.stringify({ type: "bidi_audio_stream", audio: "", ...own })],
    ["one byte of audio", JSON.stringify({ type: "bidi_audio_stream", audio: "AA==", ...own })],
    [
      "audio that is no base64",
      JSON.stringify({ type: "bidi_audio_stream", audio: "\u0000\u0001!!", ...own }),
    ],
    ["audio of rate 0", JSON.stringify({ ...audio(), sample_rate: 0 })],
    ["audio of a negative rate", JSON.stringify({ ...audio(), sample_rate: -16_000 })],
    ["audio of an enormous rate", JSON.stringify({ ...audio(), sample_rate: 4_000_000_000 })],
    ["audio of a rate in words", JSON.stringify({ ...audio(), sample_rate: "16000" })],
    ["audio of half a rate", JSON.stringify({ ...audio(), sample_rate: 16_000.5 })],
    ["audio without a rate", JSON.stringify({ type: "bidi_audio_stream", audio: "AAAA", format: "pcm" })],
    ["audio in seven channels", JSON.stringify({ ...audio(), channels: 7 })],
    ["audio in no channel", JSON.stringify({ ...audio(), channels: 0 })],
    ["a format that is an object", JSON.stringify({ ...audio(), format: {} })],
    ["a transcript without text", '{"type":"bidi_transcript_stream","role":"user","is_final":true}'],
    ["a transcript of spaces", JSON.stringify(transcript("  \n ", "user", true))],
    ["an empty final of the agent's", JSON.stringify(transcript("", "assistant", true))],
    ["a transcript without a role", '{"type":"bidi_transcript_stream","text":"hi","is_final":true}'],
    ["a role that is a list", '{"type":"bidi_transcript_stream","text":"hi","role":[],"is_final":true}'],
    [
      "a final that is a word",
      '{"type":"bidi_transcript_stream","text":"hi","role":"user","is_final":"yes"}',
    ],
    ["part of what the caller says", JSON.stringify(transcript("I would li", "user", false))],
    ["a delta that is a number", '{"type":"bidi_transcript_delta","delta":7,"role":"assistant"}'],
    ["a stop that stops nothing", '{"type":"bidi_response_stop","response_id":"r"}'],
    ["a stop without an id", '{"type":"bidi_response_complete"}'],
    ["a start that is followed by nothing", '{"type":"bidi_response_start"}'],
    ["sound marks without sound", '{"type":"bidi_audio_stop"}'],
    ["usage of words", '{"type":"bidi_usage","inputTokens":"many"}', ["usage"]],
    ["usage of less than nothing", '{"type":"bidi_usage","inputTokens":-5,"outputTokens":-1}', ["usage"]],
    ["usage without numbers", '{"type":"bidi_usage"}', ["usage"]],
    ["usage beyond numbers", '{"type":"bidi_usage","inputTokens":1e999}', ["usage"]],
    ["details that are a word", '{"type":"bidi_usage","inputTokens":1,"modality_details":"x"}', ["usage"]],
    ["an interruption of silence", '{"type":"bidi_interruption"}', ["interrupted"]],
    [
      "words of the agent that were never planned",
      JSON.stringify(transcript("Hm.", "assistant", true)),
      ["agent_text", "agent_text"],
    ],
  ];

describe("a hosted agent that sends", () => {
  it.each(HARMLESS.map(([what, message, told = []]) => ({ what, message, told })))(
    "$what does no harm",
    async ({ message, told: expected }) => {
      const call = await startCall();
      call.agent.send(message);
      call.says(MARK);
      await call.told.first((event) => isMark(event) || event.type === "ended");
      const told = call.told.all.filter((event) => event.type !== "opened" && !isMark(event));
      expect(told.map(({ type }) => type)).toEqual(expected);
      for (const event of told)
        if (event.type === "usage")
          expect(Object.values(event.tokens).every((count) => Number.isFinite(count) && count >= 0)).toBe(
            true,
          );
      call.stream.abort();
      expect(call.told.all.at(-1)?.type).toBe("ended");
    },
  );

  it("the same nonsense for ever fills no log", async () => {
    const call = await startCall();
    for (let i = 0; i < 500; i++) call.agent.send("nonsense");
    call.says(MARK);
    await call.told.first(isMark);
    expect(call.notes.all).toHaveLength(20);
    expect(call.notes.all.join()).not.toContain("nonsense");
  });

  it("words with secrets in them has none of them told", async () => {
    const call = await startCall();
    call.says({
      type: "bidi_error",
      code: "ValidationException",
      message: `AKIAIOSFODNN7EXAMPLE at https://h/?X-Amz-Signature=feedfacefeedface\u0000\n${SESSION}`,
    });
    const end = JSON.stringify(await call.end());
    expect(end).not.toMatch(/AKIA|feedface|\\u0000|\\n/);
  });

  it("a sentence of half a megabyte, letter by letter, keeps no more than it must", async () => {
    const call = await startCall();
    for (let i = 0; i < 50; i++)
      call.says({ type: "bidi_transcript_delta", delta: "x".repeat(10_000), role: "assistant" });
    call.says(MARK);
    await call.told.first(isMark);
    const planned = call.told.all.filter((event) => event.type === "agent_text");
    expect(planned).toHaveLength(50);
  });

  it("events in any order ends once, and says nothing after it", async () => {
    const call = await startCall();
    call.says(audio(), { type: "bidi_connection_stop", reason: "complete" }, audio(), MARK);
    call.agent.close(1011, "late");
    await call.end();
    await call.closed.first(() => true);
    expect(call.told.all.filter(({ type }) => type === "ended")).toHaveLength(1);
    expect(call.told.all.at(-1)?.type).toBe("ended");
  });
});
