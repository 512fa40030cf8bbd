import { z } from "zod";

/** One who waits for a lease. */
const waitingSchema = z.object({
  /** Of its run, as that of a lease. */
  token: z.string().min(1),
  /** For people: `name@machine`. */
  by: z.string(),
  /** RFC 3339. */
  since: z.string(),
});

export type Waiting = z.infer<typeof waitingSchema>;

/** Who may roll an environment out, as it stands on GitHub. */
export const leaseSchema = z.object({
  schema: z.literal(1),
  state: z.enum(["held", "free"]),
  /** Made at random for one run; distinguishes it from every other. */
  token: z.string().min(1),
  commit: z.string(),
  /** What is done under it, where that is no rollout: `the restore of its database`. Absent in those of earlier versions. */
  doing: z.string().optional(),
  /** Who holds it, for people: `name@machine`. */
  by: z.string(),
  /** Distinguishes one start of one machine from every other, so that its processes can be asked for. */
  machine: z.string(),
  pid: z.number().int(),
  /** RFC 3339. */
  since: z.string(),
  renewedAt: z.string(),
  /** How long its holder waited in line for it, in seconds. Absent in those of earlier versions. */
  waitedSeconds: z.number().min(0).optional(),
  /** Who waits for it, in the order in which they came. Absent where nobody does, and in those of earlier versions. */
  waiting: z.array(waitingSchema).readonly().optional(),
});

export type Lease = z.infer<typeof leaseSchema>;

/**
 * A holder renews its lease this often, in milliseconds: two writes each. GitHub refuses a token that creates content
 * more than 500 times an hour; at this pace a rollout stays below 250, so that two run at once.
 */
export const renewEvery = 45_000;

/** A lease that did not change for so long, while it was looked at, has a dead holder; in milliseconds. */
export const expiry = 180_000;

/**
 * A lease that was written so long ago, by the clock of GitHub alone, has a dead holder at first sight; in milliseconds. Longer than
 * it is watched for, since a read was seen to lag behind by half a minute.
 */
export const abandoned = 2 * expiry;

/** A holder that could not renew for so long stops acting, in milliseconds: well before anybody takes it over. */
export const surrender = 120_000;

/** What the one who asks knows of the world around it. */
export interface Surroundings {
  /** How long ago it was written, by the clock of the service that keeps it; in milliseconds. Undefined where that is not known. */
  readonly age: number | undefined;
  /** For how long the same entry was seen, by a monotonic clock; in milliseconds. */
  readonly unchangedFor: number;
  readonly machine: string;
  /** Whether a process of this machine lives. */
  readonly isProcessAlive: (pid: number) => boolean;
}

/** Whether a lease can be taken, and what is to be reported about its last holder. */
export type Standing =
  { readonly free: true; readonly note?: string } | { readonly free: false; readonly waitsFor: string };

/** Judges a lease. `undefined` is one that was never taken. */
export function leaseStatusOf(
  lease: Lease | undefined,
  { age, unchangedFor, machine, isProcessAlive }: Surroundings,
): Standing {
  if (!lease || lease.state === "free") return { free: true };
  const doing = lease.doing ?? `the rollout of commit ${lease.commit.slice(0, 12)}`;
  const holder = `${doing} by ${lease.by} since ${lease.since}`;
  if (lease.machine === machine && !isProcessAlive(lease.pid))
    return {
      free: true,
      note: `${holder} has ended without giving its lease back: its process ${String(lease.pid)} is gone`,
    };
  // The holder's clock and this one may differ and jump, so neither proves anything.
  if (unchangedFor > expiry || (age ?? 0) > abandoned)
    return {
      free: true,
      note: `${holder} has ended without giving its lease back: it was last heard of at ${lease.renewedAt}`,
    };
  return { free: false, waitsFor: holder };
}
