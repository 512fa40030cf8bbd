import { expect, it } from "vitest";
import { accountFaults } from "./account-faults.ts";
import type { Check, Finding } from "./check.ts";
import { fails, failsInPart, holds, unknown } from "./check.ts";
import type { DoctorContext } from "./context.ts";

const context = { settings: {} } as DoctorContext;

const check = (name: string, finding: Finding | Error, isCheap = true): Check => ({
  name,
  isCheap,
  look: () => (finding instanceof Error ? Promise.reject(finding) : Promise.resolve(finding)),
});

it("names all faults that a rollout would fail for, each with what fixes it", async () => {
  const checks = [
    check("Neon key", fails("NEON_API_KEY is not accepted", "make a new one")),
    check("Fly app a", holds("is there")),
    check("GitHub token", fails("there is no repository a/b", "create it")),
  ];
  expect(await accountFaults(context, checks)).toEqual([
    "Neon key: NEON_API_KEY is not accepted. make a new one",
    "GitHub token: there is no repository a/b. create it",
  ]);
});

it("stops for nothing that cannot be known, is not cheap, or that some rollouts do without", async () => {
  const checks = [
    check("unknown", unknown("the cloud does not say")),
    check("no answer", new Error("fetch failed")),
    check("in part", failsInPart("the token is for other apps", "make another")),
    check("costly", fails("no room", "make some"), false),
  ];
  expect(await accountFaults(context, checks)).toEqual([]);
});

it("does not stop the rollout of an earlier release, and does not look", async () => {
  const earlier = { settings: { release: "12" } } as DoctorContext;
  const look = (): Promise<Finding> => expect.fail("looked");
  expect(await accountFaults(earlier, [{ name: "Fly token", isCheap: true, look }])).toEqual([]);
});
