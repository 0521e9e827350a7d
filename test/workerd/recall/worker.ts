/**
 * One caller with a full memory, for whoever measures from outside: on the edge the clock stands still while code runs.
 */
import { MEMORY_KINDS } from "../../../src/agent/memory-policy.ts";
import { LIMITS } from "../../../src/base/limits.ts";
import { callerMemory } from "../../../src/durable/caller-memory.ts";
import { type CallerMemoryNamespace, callerObjectName } from "../../../src/durable/caller-memory-rpc.ts";
import type { MemoryEntry, NewMemory } from "../../../src/memory/memory-entry.ts";

const WHO = { tenant: "acme", caller: "ada" };
const TOPICS = ["a transfer", "the mortgage rates", "a lost card", "the opening hours", "a standing order"];

export class CallerMemory extends callerMemory() {
  /** The object is lost, with all that it has in memory. */
  lose(): void {
    this.ctx.abort("bench");
  }
}

interface Env {
  readonly MEMORY: CallerMemoryNamespace;
}

const said = (text: string, session: number, more: Partial<NewMemory>): NewMemory => ({
  kind: "fact",
  key: null,
  text,
  confidence: 0.8,
  source: { by: "rule", agent: "bank", session: `s${session}` },
  at: Date.now() - session * 3_600_000,
  expiresAt: Date.now() + 365 * 86_400_000,
  ...more,
});

/** What one session leaves: as long as what people leave. */
const leftBy = (session: number): readonly NewMemory[] => {
  const topic = TOPICS[session % TOPICS.length] ?? "";
  return [
    said(`In call ${session} they asked about ${topic}, and were told what they wanted to know.`, session, {
      kind: "summary",
    }),
    ...Array.from({ length: 4 }, (_, index) =>
      said(
        `Detail ${index} of ${topic} in call ${session}: ${"it went on for some time. ".repeat(5)}`,
        session,
        {},
      ),
    ),
  ];
};

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const object = env.MEMORY.getByName(callerObjectName(WHO));
    const session = Number(searchParams.get("session"));
    const answer = (entries: readonly MemoryEntry[]): Response => Response.json({ entries: entries.length });
    switch (pathname) {
      case "/keep": {
        await object.sessionBegins(WHO, { session: `s${session}`, agent: "bank", startedAt: Date.now() });
        const batch = {
          id: "b1",
          session: `s${session}`,
          agent: "bank",
          entries: leftBy(session),
          turns: [],
        };
        return Response.json({ kept: await object.keep(batch) });
      }
      case "/recall":
        return answer(
          await object.recall({
            kinds: MEMORY_KINDS,
            about: searchParams.get("about"),
            thenNewest: true,
            limit: 24,
            bytes: 2_048,
            except: null,
          }),
        );
      case "/all":
        return answer((await object.record())?.entries ?? []);
      case "/lose":
        // Whoever asks an object to abort is told that it was aborted, as an exception.
        await (object as unknown as { lose(): Promise<void> }).lose().catch(() => undefined);
        return new Response(null, { status: 204 });
      default:
        return Response.json({ ok: true, most: LIMITS.memoryEntries });
    }
  },
};
