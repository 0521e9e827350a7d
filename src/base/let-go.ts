/**
 * Gives back the memory of a binary message that has been read.
 *
 * The runtime keeps each event of a socket, and what it carries, until the whole heap is collected, however short it lives
 * for us: with twenty calls two megabytes a second, which bring that collection on, and with it a pause for all of them.
 * https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/ArrayBuffer/transfer
 */

/** `data` of a message; nothing may look into it, or into a view of it, from here on. */
export function letGo(data: unknown): void {
  if (data instanceof ArrayBuffer) data.transfer(0);
}
