/**
 * Gives back what a session holds whose object was lost: what its streams took was known to that object alone.
 */
import type { AlarmClock } from "../base/clock.ts";
import { LIMITS } from "../base/limits.ts";
import type { StreamTarget } from "../conversation/events.ts";
import type { PlaceLedger } from "./leased-ledger.ts";

/** Each ledger is asked, and once more if it was not there. Never rejects: what nobody gives back runs out by itself. */
export const leavePlaces = async (
  ledger: Pick<PlaceLedger, "forget">,
  targets: readonly StreamTarget[],
  session: string,
  after: AlarmClock["after"],
): Promise<void> => {
  const again = () => new Promise<void>((resolve) => void after(LIMITS.placeGiveAgainMs, resolve));
  await Promise.all(
    targets.map(async (target) => {
      const attempt = () => ledger.forget(target, session);
      await attempt().catch(() =>
        again()
          .then(attempt)
          .catch(() => undefined),
      );
    }),
  );
};
