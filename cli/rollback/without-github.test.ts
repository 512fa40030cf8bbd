import { describe, expect, it } from "vitest";
import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import type { Recorded } from "../history/recorded.ts";
import { outageReason, requireReversible } from "./without-github.ts";

const without = { "without-github": true, "yes-without-lease": true, reason: "GitHub is down" };

describe("a rollback without GitHub", () => {
  it("has the reason that its user gives", () => {
    expect(outageReason(without, "prod")).toBe("GitHub is down");
    expect(
      outageReason({ "without-github": false, "yes-without-lease": false, reason: undefined }, "prod"),
    ).toBeUndefined();
  });

  it.each([
    [{ ...without, "yes-without-lease": false }, "asks neither the gate nor for the lease"],
    [
      { ...without, reason: undefined },
      'rollback --without-github --stack prod --yes-without-lease --reason "GitHub is down"',
    ],
    [{ ...without, reason: " " }, "See that none is under way"],
    [{ ...without, "without-github": false }, "--reason and --yes-without-lease belong to --without-github"],
  ])("does not begin with %j", (options, message) => {
    expect(() => outageReason(options, "prod")).toThrow(message);
  });

  it("does not begin behind a one-way rollout of which it is unknown how far it came", () => {
    const place = { environment: "production" } as Recorded["place"];
    const [running, good] = [testAttempt(2, "b"), testAttempt(1, "a")];
    const { ended: _ended, ...open } = running;
    const kept = { attempts: [open, good], place };
    expect(() => requireReversible({ ...kept, oneWay: "it drops a column" })).toThrow(
      "#2 of production has begun and is not known to have succeeded, and its migrations are one-way: it drops a column",
    );
    expect(() => requireReversible({ ...kept, oneWay: "" })).not.toThrow();
    expect(() => requireReversible({ attempts: [running, good], place, oneWay: "it drops" })).not.toThrow();
  });
});
