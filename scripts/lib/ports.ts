/**
 * Whether a port on this machine can be listened on.
 */
import { createServer } from "node:net";

/** True when nothing listens on `port` of the loopback address. */
export const portIsFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });

/** A port number from text, or null. Port 0 is not one: the parts must find each other. */
export const parsePort = (text: string): number | null => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
};
