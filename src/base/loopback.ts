/**
 * Which hosts cannot be anybody but this machine.
 */

/** Whether `host` (a URL's hostname or a bare address) is this machine itself: RFC 6761 and RFC 1122. */
export const isLoopbackHost = (host: string): boolean => {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  return (
    name === "localhost" ||
    name.endsWith(".localhost") ||
    name === "::1" ||
    /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
  );
};

/** Whether `hostname` (of a parsed URL) is an address, not a name: nobody can point it elsewhere through DNS. */
export const isAddress = (hostname: string): boolean =>
  hostname.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(hostname);
