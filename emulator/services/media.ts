/**
 * JSON or server-sent events: what a client accepts, and how events are written.
 * Sources: RFC 9110 §12.5.1 (Accept), WHATWG HTML (server-sent events).
 */
import type { Piece } from "./service.ts";

export type Media = "application/json" | "text/event-stream";

/** The kinds that are accepted, the most wanted first. Nothing said is anything. */
export function acceptedMedia(accept: string | undefined): readonly Media[] {
  const wanted = (accept ?? "*/*").split(",").map((part, index) => {
    const [range = "", ...parameters] = part.split(";").map((each) => each.trim().toLowerCase());
    const q = Number(parameters.find((each) => each.startsWith("q="))?.slice(2) ?? "1");
    return { range, q: Number.isNaN(q) ? 1 : q, index };
  });
  const kinds: readonly Media[] = ["application/json", "text/event-stream"];
  return kinds
    .flatMap((media) => {
      const best = wanted.find(({ range, q }) => q > 0 && covers(range, media));
      return best === undefined ? [] : [{ media, ...best }];
    })
    .sort((a, b) => b.q - a.q || a.index - b.index)
    .map(({ media }) => media);
}

const covers = (range: string, media: Media): boolean =>
  range === "*/*" || range === media || range === `${media.split("/", 1)[0]}/*`;

export const SSE_HEADERS = { "content-type": "text/event-stream", "cache-control": "no-cache" } as const;

/** One event of a stream. `event` is its type, where the protocol gives it one. */
export const sse = (name: string, data: unknown, event?: string): Piece => ({
  name,
  body: data,
  bytes: `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`,
});
