/**
 * The Worker a builder extends to be a sub-agent of a voice agent, behind a service binding.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { Answered } from "../agent/answered.ts";
import type { CallContext } from "../agent/tool-context.ts";
import { SpeakableError } from "../agent/tool-errors.ts";
import type { Json } from "../base/json.ts";
import { LIMITS } from "../base/limits.ts";
import { failed } from "../conversation/tool-failure.ts";
import {
  QUESTION,
  type SubAgentBinding,
  type SubAgentQuestion,
  type SubAgentReply,
} from "./sub-agent-contract.ts";
import { readWord } from "./tool-word.ts";

/** What a sub-agent says: words, or the whole shape; and `answer(said, { facts, next })` to tell the session something. */
export type Said = string | SubAgentReply;

/** The context of one question. */
export interface QuestionContext extends CallContext {
  /** The arguments of the tool it is offered as. */
  readonly input: Json;
  /** Tells the caller, in a few words, what it is about: what a voice says while one waits. */
  readonly progress: (words: string) => void;
}

/**
 * Extend it, write `answer`, export it as default. `context.session` is the key to whatever it wants to remember of
 * the session: a Durable Object of that name, for one.
 */
export abstract class SubAgentWorker<Env = Cloudflare.Env, Props = unknown>
  extends WorkerEntrypoint<Env, Props>
  implements SubAgentBinding
{
  /** Gives back what is to be said. Throw a `SpeakableError` for a failure with words. */
  abstract answer(question: string, context: QuestionContext): Promise<Said | Answered<Said>>;

  /** RPC. Never throws; what `answer` threw goes to this Worker's log. */
  async ask(asked: SubAgentQuestion, progress?: (words: string) => void): Promise<SubAgentReply> {
    const parsed = QUESTION.safeParse(asked);
    if (!parsed.success) return { status: "failed", say: failed("bad_arguments").say };
    const { question, input, context, call, timeoutMs } = parsed.data;
    const signal = AbortSignal.timeout(Math.min(timeoutMs, LIMITS.toolLongestMs));
    const told: Promise<void>[] = [];
    const tell = (words: string): void => {
      // Over RPC it answers with a promise. What became of a word of progress is nobody's concern.
      told.push(Promise.resolve(progress?.(words)).catch(() => undefined));
    };
    try {
      const given = await this.answer(question, {
        ...context,
        call,
        signal,
        input: input as Json,
        progress: tell,
      });
      // An answer would overtake what was said before it.
      await Promise.all(told);
      const said = Answered.is(given) ? given.value : given;
      const reply: SubAgentReply = typeof said === "string" ? { status: "done", say: said } : said;
      const word = Answered.is(given) ? readWord(given.word, complain) : undefined;
      return word === undefined || reply.status === "failed" ? reply : { ...reply, word };
    } catch (error) {
      if (error instanceof SpeakableError) return { status: "failed", say: error.message };
      console.error("The sub-agent failed:", error);
      return { status: "failed", say: failed("threw").say };
    }
  }

  /** For whoever opens the Worker's address in a browser. */
  override fetch(): Response {
    return new Response(
      "This Worker answers a voice gateway, through a service binding. Nothing else is here.\n",
    );
  }
}

const complain = (cause: string): void => console.error("The sub-agent:", cause);
