import { expect, it } from "vitest";
import { downtimeNotes } from "./downtime-notes.ts";
import { kindOf } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";
import { shopSettings } from "../settings/test-application.ts";

const prod = shopSettings("prod");

function notes(strategy: Settings["fly"]["strategy"], count: number, stack = "prod"): readonly string[] {
  const machines = { ...prod.fly.machines, mailer: { count } };
  const kind = kindOf(stack) ?? expect.fail(`no stack ${stack}`);
  return downtimeNotes(kind, { ...prod, fly: { ...prod.fly, strategy, machines } }, stack);
}

it("names each worker of production that stands still while its one machine is replaced", () => {
  for (const strategy of ["rolling", "canary"] as const) {
    expect(notes(strategy, 1)).toEqual([
      expect.stringMatching(/^rollout:fly\.machines\.mailer\.count is 1: .*\.mailer\.count 2$/),
    ]);
    expect(notes(strategy, 2)).toEqual([]);
  }
});

it("reports that immediate takes all machines down, and nothing of bluegreen or of staging", () => {
  expect(notes("immediate", 2)).toEqual([
    expect.stringContaining("all machines of a worker are down at once"),
  ]);
  expect(notes("bluegreen", 1)).toEqual([]);
  expect(notes("rolling", 1, "staging")).toEqual([]);
});

it("reports nothing of production as it is set", () => {
  expect(downtimeNotes(kindOf("prod") ?? expect.fail("no stack prod"), prod, "prod")).toEqual([]);
});
