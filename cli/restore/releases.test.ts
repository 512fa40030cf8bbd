import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { describe, expect, it } from "vitest";
import { releasesIn } from "./releases.ts";

const at = (minute: number): string => `2026-03-01T12:${String(minute).padStart(2, "0")}:00.000Z`;
const time = (minute: number): Date => new Date(at(minute));

function attempt(number: number, begun: number, ended?: Pick<Required<Attempt>["ended"], "at" | "result">) {
  const release = String(number).repeat(40);
  const worker = { source: "s", commit: release, image: "i", config: "[env]" };
  return {
    ...{ number, at: at(begun), by: "a@b", environment: "staging", release, commit: release },
    ...{ checks: [], settings: "s", deployment: number },
    composition: {
      web: { source: "s", commit: release },
      ...{ workers: { worker, mailer: worker }, variables: { web: {}, workers: {} } },
      migrations: { digest: "m", names: ["0000_plans", `000${String(number)}_more`] },
    },
    ...(ended ? { ended: { ...ended, description: "as reported" } } : {}),
  } satisfies Attempt;
}

describe("the releases that a restore shows", () => {
  const releases = releasesIn([
    attempt(3, 30),
    attempt(2, 20, { at: at(25), result: "failure" }),
    attempt(1, 10, { at: at(15), result: "success" }),
  ]);
  const names = (of: "begunBy" | "liveAt"): readonly (string | undefined)[] =>
    [5, 12, 16, 22, 31].map((minute) => releases[of](time(minute))?.newestMigration);

  it("are the last to begin before a backup, whatever became of it", () => {
    expect(names("begunBy")).toEqual([undefined, "0001_more", "0001_more", "0002_more", "0003_more"]);
  });

  it("are live from their success on, and through the failure of another", () => {
    expect(names("liveAt")).toEqual([undefined, undefined, "0001_more", "0001_more", "0001_more"]);
  });

  it("prove a restore only when they began after it", () => {
    expect([9, 10, 12, 22].map((minute) => releases.hasSucceededSince(time(minute)))).toEqual([
      ...[true, false, false, false],
    ]);
  });

  it("name the newest commit that GitHub knows, and none where nothing was rolled out", () => {
    expect(releases.someCommit).toBe("3".repeat(40));
    expect(releasesIn([]).someCommit).toBeUndefined();
  });
});
