import { describe, expect, it } from "vitest";
import type { Lease, Standing } from "./lease.ts";
import { abandoned, expiry, renewEvery, leaseStatusOf, surrender } from "./lease.ts";

const now = new Date("2026-03-01T12:00:00Z");
const before = (milliseconds: number): string => new Date(now.getTime() - milliseconds).toISOString();

const held: Lease = {
  schema: 1,
  state: "held",
  token: "t",
  commit: "0123456789abcdef",
  by: "ada@laptop",
  machine: "laptop 1",
  pid: 41,
  since: before(90_000),
  renewedAt: before(1_000),
};
const around = { age: 1_000, unchangedFor: 0, machine: "runner 7", isProcessAlive: () => false };

describe("the lease of an environment", () => {
  it.each<[string, Lease | undefined, Partial<typeof around>, Standing]>([
    ["was never taken", undefined, {}, { free: true }],
    ["was given back", { ...held, state: "free" }, {}, { free: true }],
    [
      "is renewed elsewhere",
      held,
      {},
      {
        free: false,
        waitsFor: "the rollout of commit 0123456789ab by ada@laptop since 2026-03-01T11:58:30.000Z",
      },
    ],
    [
      "was seen unchanged for too long, whatever its holder's clock says",
      { ...held, renewedAt: "2026-03-01T13:00:00.000Z" },
      { unchangedFor: expiry + 1 },
      {
        free: true,
        note: "the rollout of commit 0123456789ab by ada@laptop since 2026-03-01T11:58:30.000Z has ended without giving its lease back: it was last heard of at 2026-03-01T13:00:00.000Z",
      },
    ],
    [
      "was renewed days ago by its holder's clock, which may be behind or have jumped",
      { ...held, renewedAt: before(3 * 24 * 3_600_000) },
      { unchangedFor: expiry, age: expiry },
      {
        free: false,
        waitsFor: "the rollout of commit 0123456789ab by ada@laptop since 2026-03-01T11:58:30.000Z",
      },
    ],
    [
      "was written long ago by the clock of its keeper, whatever its holder's says",
      held,
      { age: abandoned + 1 },
      {
        free: true,
        note: "the rollout of commit 0123456789ab by ada@laptop since 2026-03-01T11:58:30.000Z has ended without giving its lease back: it was last heard of at 2026-03-01T11:59:59.000Z",
      },
    ],
    [
      "has a date that cannot be read, and does not change",
      { ...held, renewedAt: "soon" },
      { unchangedFor: expiry + 1 },
      {
        free: true,
        note: "the rollout of commit 0123456789ab by ada@laptop since 2026-03-01T11:58:30.000Z has ended without giving its lease back: it was last heard of at soon",
      },
    ],
    [
      "was a process of this machine, which is gone",
      { ...held, machine: "runner 7" },
      {},
      {
        free: true,
        note: "the rollout of commit 0123456789ab by ada@laptop since 2026-03-01T11:58:30.000Z has ended without giving its lease back: its process 41 is gone",
      },
    ],
    [
      "is a living process of this machine",
      { ...held, machine: "runner 7" },
      { isProcessAlive: () => true },
      {
        free: false,
        waitsFor: "the rollout of commit 0123456789ab by ada@laptop since 2026-03-01T11:58:30.000Z",
      },
    ],
  ])("that %s is judged so", (_name, lease, differently, standing) => {
    expect(leaseStatusOf(lease, { ...around, ...differently })).toEqual(standing);
  });

  it("names what is done under it, where that is no rollout", () => {
    const standing = leaseStatusOf({ ...held, doing: "the restore of its database" }, around);
    expect(standing).toEqual({
      free: false,
      waitsFor: "the restore of its database by ada@laptop since 2026-03-01T11:58:30.000Z",
    });
  });

  it("is renewed several times before its holder stops acting, and that is well before it is taken over", () => {
    expect(2 * renewEvery).toBeLessThan(surrender);
    expect(surrender + renewEvery).toBeLessThan(expiry);
  });
});
