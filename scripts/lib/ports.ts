/**
 * Whether a port on this machine can be listened on.
 */
import { createServer } from "node:net";

/**
 * True when nothing listens on `port` of the loopback addresses. Both are asked: whoever has the other one would
 * get the browsers that try it first for `localhost`.
 */
export const portIsFree = async (port: number): Promise<boolean> =>
  (await canListen(port, "127.0.0.1")) && (await canListen(port, "::1"));

const canListen = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 has no such address, and nobody else on it.
    server.once("error", (error) => resolve("code" in error && error.code === "EADDRNOTAVAIL"));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** A port number from text, or null. Port 0 is not one: the parts must find each other. */
export const parsePort = (text: string): number | null => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
};
