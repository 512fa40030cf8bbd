import { testKey } from "@rollout/infra/rollout/records/test-keys";
import { describe, expect, it } from "vitest";
import { kindOf } from "../environments.ts";
import { recordKeyFaults, recordTrusts } from "./record-trusts.ts";
import type { Settings } from "./schema.ts";
import { recordSchema } from "./schema/record.ts";

const keyOf = (id: string, stack: string, more = {}): object => {
  const { key } = testKey(id);
  return { id, stack, key, ...more };
};
const settingsWith = (record: object): Settings => ({ record: recordSchema.parse(record) }) as Settings;
const requireKind = (stack: string) => kindOf(stack) ?? expect.fail(`no stack ${stack}`);
const [staging, prod] = [requireKind("staging"), requireKind("prod")];

describe("whose entries of a record count", () => {
  it("is given by environment: of the own one, and of each that the file has a key of", () => {
    const record = {
      keys: [keyOf("staging-1", "staging", { until: 9 }), keyOf("staging-2", "staging", { from: 10 })],
      trusted: { prod: "a".repeat(64) },
      lost: ["b".repeat(64)],
    };
    const lost = ["b".repeat(64)];
    const { key: one } = testKey("staging-1");
    const { key: two } = testKey("staging-2");
    const keys = [
      { id: "staging-1", key: one, until: 9 },
      { id: "staging-2", key: two, from: 10 },
    ];
    expect(recordTrusts(staging, settingsWith(record))).toEqual({ staging: { keys, lost } });
    expect(recordTrusts(prod, settingsWith(record))).toEqual({
      staging: { keys, lost },
      production: { keys: [], trusted: "a".repeat(64), lost },
    });
  });

  it("is not given for the environment of a pull request, which has no record", () => {
    const settings = settingsWith({ keys: [] });
    expect(recordTrusts(requireKind("pr-7"), settings)).toBeUndefined();
    expect(recordKeyFaults("pr-7", requireKind("pr-7"), settings)).toEqual([]);
  });

  it("has to be known of the stack, and of the one where it is proven", () => {
    const settings = settingsWith({ keys: [keyOf("prod-1", "prod")] });
    expect(recordKeyFaults("prod", prod, settings)).toEqual([
      "rollout:record.keys has no key of staging, so that no entry of its record would count. Make one: bin/rollout signing-key --stack staging",
    ]);
    expect(
      recordKeyFaults("staging", staging, settingsWith({ keys: [keyOf("staging-1", "staging")] })),
    ).toEqual([]);
  });

  it.each([
    ["a private key", { key: testKey("a").secret }],
    ["a key that is none", { key: "MCowBQYDK2VwAyEA" }],
    ["no name", { id: "" }],
  ])("is not given by %s", (_name, wrong) => {
    expect(recordSchema.safeParse({ keys: [{ ...keyOf("a", "staging"), ...wrong }] }).success).toBe(false);
  });

  it("is not given by two keys of one name", () => {
    const keys = [keyOf("staging-1", "staging"), { ...keyOf("b", "staging"), id: "staging-1" }];
    expect(recordSchema.safeParse({ keys }).error?.issues[0]?.message).toBe("each key has a name of its own");
  });
});
