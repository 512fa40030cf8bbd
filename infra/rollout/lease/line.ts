import { whoAmI } from "../../shared/machine.ts";
import type { Lease, Waiting } from "./lease.ts";
import type { StoredLease } from "./lease-store.ts";

/**
 * How long each of those in front may take for its turn, in milliseconds, before the next one goes: it may be gone. Several looks, and
 * GitHub's answers to them.
 */
export const turn = 10_000;

/** Between two tries to get in line, in milliseconds: a read that lags shows the line without the one who is in it. */
const joinEvery = 15_000;

/** How many go before the one with this token; all of them where it is not in line. */
function countAhead(lease: Lease | undefined, token: string): number {
  const line = lease?.waiting ?? [];
  const place = line.findIndex((each) => each.token === token);
  return place < 0 ? line.length : place;
}

/** Who still waits once the one with this token has had its turn: those in front had theirs. */
export function lineBehind(lease: Lease | undefined, token: string): readonly Waiting[] {
  const line = lease?.waiting ?? [];
  const place = line.findIndex((each) => each.token === token);
  return place < 0 ? [] : line.slice(place + 1);
}

/** The place in line of one who waits for a lease. It stands in the lease itself, whose holder leaves it there. */
export interface PlaceInLine {
  /** Gets in line behind all who are there, unless it is in it. */
  join(found: StoredLease): Promise<void>;
  /** Whether it may go now that the lease is free: it is the first, or those in front were seen to leave their turn unused. */
  isNext(found: StoredLease | undefined): boolean;
  /** For people: who they are that go before. */
  othersAhead(found: StoredLease | undefined): string;
  /** Is to be called while the lease is not free: the time of those in front has not begun. */
  notFree(): void;
}

/**
 * @param write puts a lease in the place of the one that was seen; gives nothing where another was faster.
 * @param clock milliseconds of a monotonic clock.
 */
export function placeInLine(
  token: string,
  write: (seen: string, lease: Lease) => Promise<string | undefined>,
  clock: () => number,
): PlaceInLine {
  let freeSince: number | undefined;
  let joinedAt: number | undefined;
  return {
    join: async ({ sha, lease }) => {
      if (!lease || lease.waiting?.some((each) => each.token === token)) return;
      if (joinedAt !== undefined && clock() - joinedAt < joinEvery) return;
      joinedAt = clock();
      const own: Waiting = { token, by: whoAmI(), since: new Date().toISOString() };
      // Another was faster, or its holder has renewed it: the next look shows the line as it is then.
      const written = await write(sha, {
        ...lease,
        waiting: [...(lease.waiting ?? []), own],
      });
      if (written === undefined) joinedAt = undefined;
    },
    isNext: (found) => {
      freeSince ??= clock();
      return clock() - freeSince >= countAhead(found?.lease, token) * turn;
    },
    othersAhead: (found) => {
      const ahead = countAhead(found?.lease, token);
      const [first] = found?.lease?.waiting ?? [];
      return `${String(ahead)} ${ahead === 1 ? "other" : "others"} that came before, the first by ${first?.by ?? ""} since ${first?.since ?? ""}`;
    },
    notFree: () => {
      freeSince = undefined;
    },
  };
}
