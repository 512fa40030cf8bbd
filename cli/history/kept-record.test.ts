import { describe, expect, it } from "vitest";
import { copyOf } from "@rollout/infra/rollout/records/copy";
import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import { signedLinks, testRecords } from "@rollout/infra/rollout/records/test-keys";
import { recordIn } from "./kept-record.ts";

const entriesOf = (attempt: number): readonly object[] => {
  const { number, ended, ...begun } = testAttempt(attempt, "a");
  return [
    { kind: "begun", attempt: number, ...begun },
    { kind: "ended", attempt: number, ...ended },
  ];
};
const [ended, ...begun] = signedLinks([...entriesOf(1), ...entriesOf(2)]);
const place = { environment: "staging", records: testRecords };
const resource = (name: string, outputs: object) => ({
  type: `pulumi-nodejs:dynamic/rollout:${name}`,
  outputs,
});
const attempt = resource("Attempt", { copy: copyOf(begun) });
const status = resource("Status", { ending: ended?.message });

describe("the record in a stack's state", () => {
  it("ends with how the newest rollout has ended, by the last step of that one alone", () => {
    const { attempts } = recordIn([attempt, status], "staging", place);
    expect(attempts.map(({ number, ended: how }) => [number, how?.result])).toEqual([
      [2, "success"],
      [1, "success"],
    ]);
    const older = resource("Status", { ending: begun[1]?.message });
    const open = recordIn([attempt, older, resource("Rehearsal", { oneWay: "it drops" })], "staging", place);
    expect(open.attempts[0]).toMatchObject({ number: 2 });
    expect(open.attempts[0]?.ended).toBeUndefined();
    expect(open.oneWay).toBe("it drops");
  });

  it("is not there in the state of an earlier version, or of a resource that is being replaced", () => {
    const fault = "The state of staging has no copy of the record";
    expect(() => recordIn([resource("Attempt", {}), status], "staging", place)).toThrow(fault);
    expect(() => recordIn([{ ...attempt, delete: true }], "staging", place)).toThrow(fault);
  });

  it("is refused where it is of another environment", () => {
    expect(() => recordIn([attempt, status], "prod", { ...place, environment: "production" })).toThrow(
      "the copy of production's record in the stack's state is refused",
    );
  });
});
