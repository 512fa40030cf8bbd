import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { GitHub } from "../../github/client.ts";
import type { Fence } from "../../shared/fence.ts";
import { say } from "../../shared/say.ts";
import type { Lease, Surroundings, Waiting } from "./lease.ts";
import { renewEvery, leaseStatusOf, surrender } from "./lease.ts";
import type { LeasePlace, StoredLease } from "./lease-store.ts";
import { leaseRef, readLease, writeLease } from "./lease-store.ts";
import type { PlaceInLine } from "./line.ts";
import { lineBehind, placeInLine } from "./line.ts";
import { isProcessAlive, thisMachine, whoAmI } from "../../shared/machine.ts";

export interface LeaseOptions {
  /** How long to wait behind others, in milliseconds. */
  readonly waitMilliseconds: number;
  /** Between two looks, in milliseconds. Default 3,000. */
  readonly lookEvery?: number;
  /** Milliseconds by a monotonic clock. Default the process's own. */
  readonly clock?: () => number;
  /** Between looks at a lease that could not be written, in milliseconds. Default half a minute in all. */
  readonly pauses?: readonly number[];
  /** What is done under it, where that is no rollout. */
  readonly doing?: string;
  /**
   * Made at random by whoever started this run, who passes it on to the next one, or gives the lease back. Default one
   * of its own.
   */
  readonly token?: string | undefined;
  /** Reports behind whom it waits, and from which dead holder it takes over. */
  readonly note: (line: string) => void;
}

/** A lease that this process holds and renews automatically until it is given back. */
export interface HeldLease extends Fence {
  readonly place: LeasePlace;
  /** Whether others went first. */
  readonly waited: boolean;
  /** Gives it back, so that the next in line begins at once. */
  release(): Promise<void>;
  /** Renews it no more and leaves it as it is, for a holder who deletes it. `release` then does nothing. */
  forget(): Promise<void>;
}

/** The lease was not to be had within the limit. */
export class LeaseNotFree extends Error {
  override readonly name = "LeaseNotFree";

  /** What its holder does, and who that is. */
  readonly holder: string;

  constructor(waitedMilliseconds: number, holder: string) {
    super(
      `waited ${String(waitedMilliseconds / 60_000)} min in line behind ${holder}, which still renews its lease`,
    );
    this.holder = holder;
  }
}

/**
 * Takes the lease of an environment, waiting behind whoever holds it.
 *
 * @throws LeaseNotFree when it was not to be had within the limit.
 */
export async function takeLease(
  github: GitHub,
  place: LeasePlace,
  options: LeaseOptions,
): Promise<HeldLease> {
  const clock = options.clock ?? (() => performance.now());
  const begun = clock();
  const token = options.token ?? randomUUID();
  const line = placeInLine(token, (seen, lease) => writeLease(github, place, seen, lease), clock);
  const judge = judging(line, options.token, clock);
  const report = reportOnce(options.note);
  for (let looks = 0; ; looks += 1) {
    const found = await readLease(github, place);
    const { waitsFor, note, isPassedOn } = judge(found);
    if (waitsFor === undefined) {
      const passed = Math.round((clock() - begun) / 1000);
      const lease = leaseBehind(found?.lease, {
        ...options,
        commit: place.commit,
        token,
        passed,
        isPassedOn,
      });
      const sha = await writeLease(github, place, found?.sha, lease);
      if (sha !== undefined) {
        noteHolder(note, options);
        return keep(github, place, { sha, lease }, looks > 0, clock, options.pauses);
      }
      say(`another rollout of ${place.environment} was faster`);
    } else {
      report(`waiting in line behind ${waitsFor}`);
      if (clock() - begun >= options.waitMilliseconds)
        throw new LeaseNotFree(options.waitMilliseconds, waitsFor);
      if (found) await line.join(found);
    }
    await sleep(options.lookEvery ?? 3_000);
  }
}

function noteHolder(line: string | undefined, { note }: Pick<LeaseOptions, "note">): void {
  if (line !== undefined) note(line);
}

type Taken = Pick<Lease, "commit" | "token"> &
  Pick<LeaseOptions, "doing"> &
  Pick<Judged, "isPassedOn"> & { readonly passed: number };

/** The lease of a holder who takes it after another, or goes on with that of the run before of the same command. */
function leaseBehind(before: Lease | undefined, { commit, token, doing, passed, isPassedOn }: Taken): Lease {
  return newLease(commit, passed, {
    ...(doing === undefined ? {} : { doing }),
    ...(isPassedOn ? { waitedSeconds: before?.waitedSeconds ?? passed } : {}),
    token,
    waiting: isPassedOn ? (before?.waiting ?? []) : lineBehind(before, token),
  });
}

interface Judged {
  /** Absent where it can be taken. */
  readonly waitsFor?: string;
  /** What is to be reported of its last holder. */
  readonly note?: string;
  /** Whether the run before of the same command has held it last. */
  readonly isPassedOn: boolean;
}

/** Judges look after look whether a lease can be taken by the one who is in that place of the line. */
function judging(
  line: PlaceInLine,
  token: string | undefined,
  clock: () => number,
): (found: StoredLease | undefined) => Judged {
  const machine = thisMachine();
  let seen: { readonly entry: string | undefined; readonly since: number } | undefined;
  return (found) => {
    const entry = entryOf(found);
    if (!seen || seen.entry !== entry) seen = { entry, since: clock() };
    if (token !== undefined && found?.lease?.token === token) return { isPassedOn: true };
    const unchangedFor = clock() - seen.since;
    const around: Surroundings = { age: found?.age, unchangedFor, machine, isProcessAlive };
    const standing = leaseStatusOf(found?.lease, around);
    if (!standing.free) {
      line.notFree();
      return { isPassedOn: false, waitsFor: standing.waitsFor };
    }
    if (!line.isNext(found)) return { isPassedOn: false, waitsFor: line.othersAhead(found) };
    return { isPassedOn: false, ...(standing.note === undefined ? {} : { note: standing.note }) };
  };
}

/** What changes with each renewal, and not when others get in line. */
function entryOf(found: StoredLease | undefined): string | undefined {
  return found?.lease ? `${found.lease.token} ${found.lease.state} ${found.lease.renewedAt}` : found?.sha;
}

/** Notes a line once, and shows it at each look. */
function reportOnce(note: (line: string) => void): (line: string) => void {
  let noted = "";
  return (line) => {
    if (line !== noted) note(line);
    noted = line;
    say(line);
  };
}

function newLease(
  commit: string,
  passed: number,
  {
    waiting,
    ...given
  }: Pick<Lease, "token" | "doing" | "waitedSeconds"> & { readonly waiting: readonly Waiting[] },
): Lease {
  const now = new Date().toISOString();
  return {
    ...{ schema: 1, state: "held", commit, by: whoAmI(), machine: thisMachine(), pid: process.pid },
    ...{ since: now, renewedAt: now, waitedSeconds: passed },
    ...given,
    ...(waiting.length === 0 ? {} : { waiting }),
  };
}

/** A holder looks this often whether it could not renew for too long, in milliseconds. */
const lookEvery = 5_000;

/** Between looks at a lease that could not be written, in milliseconds: reads of a ref were seen to lag up to 30 s. */
const defaultPauses = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

/** Whether the lease found is the one that this process holds: not given back, and not passed on to another run. */
function isSameHolder(found: Lease | undefined, own: Lease): boolean {
  return (
    found?.token === own.token &&
    found.state === "held" &&
    found.pid === own.pid &&
    found.machine === own.machine
  );
}

function lossText({ environment }: LeasePlace, isDeleted: boolean): string {
  return isDeleted
    ? `the lease of ${environment} was deleted at GitHub (refs/${leaseRef(environment)}); this rollout stops before two act at once. Run the command again`
    : `another rollout has taken ${environment} over; this one stops before it acts`;
}

/** Renews the lease as long as this process lives. */
function keep(
  github: GitHub,
  place: LeasePlace,
  first: { readonly sha: string; readonly lease: Lease },
  waited: boolean,
  clock: () => number,
  pauses: LeaseOptions["pauses"] = defaultPauses,
): HeldLease {
  let { sha } = first;
  /** Who has got in line since; what they wrote is kept. */
  let { waiting } = first.lease;
  let lost = false;
  let isDeleted = false;
  /** By both clocks: one may be set, and the other stands still while a machine sleeps. */
  let renewed = { date: Date.now(), clock: clock() };
  /** Commits that ours came after; a read that shows one of them lags. */
  const past = new Set<string>();
  let writing: Promise<void> = Promise.resolve();

  const write = async (state: Lease["state"]): Promise<void> => {
    const begun = { date: Date.now(), clock: clock() };
    const renewal = { state, renewedAt: new Date(begun.date).toISOString() };
    for (const pause of [...pauses, undefined]) {
      const next = await writeLease(github, place, sha, { ...first.lease, waiting, ...renewal });
      if (next !== undefined) {
        past.add(sha);
        [sha, renewed] = [next, begun];
        return;
      }
      // GitHub may refuse what comes right after another change, and show the ref as it was before that.
      const found = await readLease(github, place);
      const isOurs = found !== undefined && isSameHolder(found.lease, first.lease);
      if (isOurs && !past.has(found.sha)) [sha, waiting] = [found.sha, found.lease?.waiting];
      isDeleted = !found;
      if ((found && !isOurs) || (!found && pause === undefined)) lost = true;
      // Where it is ours to the end, the next renewal tries again; how long that may go on is for assertHeld.
      if (lost) looked();
      if (lost || pause === undefined) return;
      await sleep(pause, undefined, { ref: state === "free" });
    }
  };
  const assertHeld = (): void => {
    const silence = Math.max(Date.now() - renewed.date, clock() - renewed.clock);
    if (!lost && silence <= surrender) return;
    throw new Error(
      lost
        ? lossText(place, isDeleted)
        : `the lease of ${place.environment} could not be renewed for ${String(Math.round(silence / 1000))} s; this rollout stops before two act at once`,
    );
  };
  const end = new AbortController();
  /** Ends what is under way where it is lost, at once and not only before the next act. */
  const looked = (): void => {
    try {
      assertHeld();
    } catch (error) {
      end.abort(error);
    }
  };
  const watch = setInterval(looked, lookEvery);
  watch.unref();
  const engine = process.ppid;
  const timer = setInterval(() => {
    // Without its engine it acts no more, however long it lives on.
    if (process.ppid !== engine) return;
    // A renewal that fails is tried again by the next; how long that may go on is for assertHeld.
    writing = writing.then(() => write("held")).catch(() => undefined);
  }, renewEvery);
  // It keeps no process alive: one that has nothing else to do has ended, and its lease runs out.
  timer.unref();

  return {
    place,
    waited,
    assertHeld,
    lost: end.signal,
    release: async () => {
      clearInterval(timer);
      clearInterval(watch);
      await writing;
      if (!lost) await write("free");
    },
    forget: async () => {
      clearInterval(timer);
      clearInterval(watch);
      await writing;
      lost = true;
    },
  };
}
