import { describe, expect, it } from "vitest";
import type { LiveIs } from "./account-faults.ts";
import { accountFaults } from "./account-faults.ts";
import type { Check, Finding, Stops } from "./check.ts";
import { fails, holds, unknown } from "./check.ts";
import type { DoctorContext } from "./context.ts";

const context = { settings: {} } as DoctorContext;

const check = (name: string, finding: Finding | Error, isCheap = true): Check => ({
  name,
  isCheap,
  isForRollbacks: true,
  look: () => (finding instanceof Error ? Promise.reject(finding) : Promise.resolve(finding)),
});

it("names all faults that a rollout would fail for, each with what fixes it", async () => {
  const checks = [
    check("Neon key", fails("NEON_API_KEY is not accepted", "make a new one")),
    check("Fly app a", holds("is there")),
    check("GitHub token", fails("there is no repository a/b", "create it")),
  ];
  expect((await accountFaults(context, { checks })).faults).toEqual([
    "Neon key: NEON_API_KEY is not accepted. make a new one",
    "GitHub token: there is no repository a/b. create it",
  ]);
});

it("stops for nothing that cannot be known, is not cheap, or that no rollout needs", async () => {
  const checks = [
    check("unknown", unknown("the cloud does not say")),
    check("no answer", new Error("fetch failed")),
    check("no rollout", fails("the token is for other apps", "make another", "none")),
    check("costly", fails("no room", "make some"), false),
  ];
  expect(await accountFaults(context, { checks })).toEqual({ faults: [], notes: [] });
});

it("names what it continues without, unless it stops for it", async () => {
  const note = "the rules are not looked at";
  const stops = (stops: Stops) => [check("rights", { ...fails("it lacks", "get it", stops), note })];
  expect((await accountFaults(context, { checks: stops("none") })).notes).toEqual([note]);
  expect((await accountFaults(context, { checks: stops("every") })).notes).toEqual([]);
});

describe("a fault stops", () => {
  const all: readonly Stops[] = ["every", "forward", "changes", "first", "none"];
  const stopped = async (release: string | undefined, live: LiveIs): Promise<readonly string[]> =>
    (
      await accountFaults({ settings: { release } } as DoctorContext, {
        checks: all.map((stops) => check(stops, fails("it lacks", "get it", stops))),
        liveIs: () => Promise.resolve(live),
      })
    ).faults.map((fault) => fault.split(":")[0] ?? "");

  it.each([
    ["a first rollout", undefined, "absent", ["every", "forward", "changes", "first"]],
    ["a rollout with other settings", undefined, "other", ["every", "forward", "changes"]],
    ["a rollout with the settings that are live", undefined, "same", ["every", "forward"]],
    ["a rollback", "12", "absent", ["every"]],
  ] as const)("%s that needs it", async (_rollout, release, live, expected) => {
    expect(await stopped(release, live)).toEqual(expected);
  });
});

it("looks before a rollback only at what each rollout needs", async () => {
  const earlier = { settings: { release: "12" } } as DoctorContext;
  const look = (): Promise<Finding> => expect.fail("looked");
  expect(
    (await accountFaults(earlier, { checks: [{ name: "Fly token", isCheap: true, look }] })).faults,
  ).toEqual([]);
});
