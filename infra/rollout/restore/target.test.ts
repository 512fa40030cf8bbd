import { describe, expect, it } from "vitest";
import { stamp, stampedTime } from "../../neon/branch-names.ts";
import type { Copy, Restorable } from "./restorable.ts";
import { NoSuchTarget, targetOf, targetWord } from "./target.ts";

const now = new Date("2026-03-01T12:00:00Z");

const copy = (name: string, differently: Partial<Copy> = {}): Copy => ({
  kind: "backup",
  name,
  branchId: `br-${name}`,
  parentId: "br-root",
  lsn: "0/1A2B3C4",
  madeAt: new Date("2026-03-01T11:00:00Z"),
  bytes: undefined,
  expiresAt: undefined,
  hasChildren: false,
  ...differently,
});

const root: Restorable = {
  projectId: "p",
  branchId: "br-root",
  branchName: "production",
  parentId: undefined,
  isRoot: true,
  historyFrom: new Date("2026-02-28T12:00:00Z"),
  copies: [copy("backup-2"), copy("backup-1", { madeAt: new Date("2026-02-20T12:00:00Z") })],
  unproven: [],
  children: [],
};
const child: Restorable = { ...root, isRoot: false, historyFrom: undefined, parentId: "br-other" };

describe("what a database is restored to", () => {
  it.each([
    ["90s", "2026-03-01T11:58:30.000Z"],
    ["20m", "2026-03-01T11:40:00.000Z"],
    ["3h", "2026-03-01T09:00:00.000Z"],
    ["1d", "2026-02-28T12:00:00.000Z"],
    ["2026-03-01T10:00:00Z", "2026-03-01T10:00:00.000Z"],
    ["2026-03-01T12:00:00.250+01:00", "2026-03-01T11:00:00.250Z"],
    ["2026-03-01T10:00Z", "2026-03-01T10:00:00.000Z"],
  ])("is by %s a time", (text, time) => {
    expect(targetOf(text, root, now)).toEqual({ kind: "time", at: new Date(time) });
  });

  it.each([
    ["2d", root, /before the history of production, which begins at 2026-02-28T12:00:00.000Z/],
    ["2026-03-01T12:00:01Z", root, /in the future/],
    ["2026-02-31T25:00:00Z", root, /no such day or hour/],
    ["2026-03-01", root, /is no backup that is there/],
    ["yesterday", root, /is no backup that is there/],
    ["20m", child, /by time only branches that have none/],
    ["backup-3", child, /is no backup that is there/],
    ["last-backup", { ...root, copies: [copy("kept-1", { kind: "kept" })] }, /no backup/],
  ])("is refused where it is %s", (text, restorable, said) => {
    expect(() => targetOf(text, restorable, now)).toThrow(NoSuchTarget);
    expect(() => targetOf(text, restorable, now)).toThrow(said);
  });

  it("is a backup as the branch that it is, where the database has a parent", () => {
    expect(targetOf("last-backup", child, now)).toEqual({ kind: "copy", copy: root.copies[0] });
    expect(targetOf("backup-1", child, now)).toEqual({ kind: "copy", copy: root.copies[1] });
  });

  it("is a place in the history, where that reaches to the backup: what is made of a branch has no history", () => {
    expect(targetOf("backup-2", root, now)).toMatchObject({ kind: "place", lsn: "0/1A2B3C4" });
    expect(targetOf("backup-1", root, now)).toMatchObject({ kind: "copy" });
    const moved = { ...root, copies: [copy("backup-2", { parentId: "br-kept" })] };
    expect(targetOf("backup-2", moved, now), "its parent is another one since a restore").toMatchObject({
      kind: "copy",
    });
  });

  it("is found again by the word that stands in a name", () => {
    const time = targetOf("20m", root, now);
    expect(targetWord(time)).toBe("2026-03-01-11-40-00Z");
    expect(targetWord(targetOf("2026-03-01T11:40:00Z", root, now))).toBe(targetWord(time));
    expect(targetWord(targetOf("last-backup", root, now))).toBe("backup-2");
  });

  it("is the time of a restore that was begun, though history begins after it now; how long ago shows no more", () => {
    const historyFrom = new Date("2026-03-01T11:59:00Z");
    const kept = copy("kept", { kind: "kept" });
    const begun = { ...root, historyFrom, unproven: [{ copy: kept, target: "2026-03-01-11-40-00Z" }] };
    expect(targetOf("2026-03-01T11:40:00Z", begun, now)).toEqual({
      kind: "time",
      at: new Date("2026-03-01T11:40:00Z"),
    });
    expect(() => targetOf("20m", begun, now), "by chance the same").not.toThrow();
    expect(() => targetOf("21m", begun, now)).toThrow(/A restore to 2026-03-01T11:40:00.000Z was begun/);
    expect(() => targetOf("2026-03-01T11:41:00Z", begun, now)).toThrow(/before the history/);
    expect(targetOf("2026-03-01T11:59:30Z", begun, now)).toMatchObject({ kind: "time" });
  });

  it("is read from a name as the time that was written there", () => {
    expect(stampedTime(`${stamp(now)}-unproven-to-backup-2`)).toEqual(now);
    expect(stampedTime("2-2026-03-01-12-00-00Z")).toBeUndefined();
    expect(stampedTime("2026-13-01-12-00-00Z")).toBeUndefined();
  });
});
