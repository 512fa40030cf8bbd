import { describe, expect, it } from "vitest";
import type { Machine } from "./client.ts";
import { leftoversOf } from "./leftovers.ts";

const tag = (value: string) => ({ fly_bluegreen_deployment_tag: value });
const canary = { fly_canary: "true" };

function machine(id: string, release: number, metadata: Readonly<Record<string, string>> = {}): Machine {
  return {
    id,
    state: "started",
    region: "fra",
    config: {
      metadata: { fly_platform_version: "v2", fly_release_version: String(release), ...metadata },
    },
  };
}

describe("what a deployment left over", () => {
  it.each<[string, readonly Machine[], readonly string[]]>([
    ["nothing, where there is no machine", [], []],
    ["nothing of a good deployment", [machine("a", 4), machine("b", 4)], []],
    ["nothing of a good bluegreen deployment", [machine("a", 4, tag("17")), machine("b", 4, tag("17"))], []],
    ["nothing of a rolling deployment that stopped half-way", [machine("a", 5), machine("b", 4)], []],
    ["a canary that failed", [machine("a", 4), machine("b", 4), machine("c", 5, canary)], ["c"]],
    [
      "a canary that a later deployment took for a machine",
      [machine("a", 6), machine("c", 6, canary)],
      ["c"],
    ],
    [
      "the new machines of a bluegreen deployment that was killed before they were good",
      [machine("a", 4), machine("b", 4), machine("c", 5, tag("17"))],
      ["c"],
    ],
    [
      "those beside machines of an earlier bluegreen deployment too",
      [machine("a", 4, tag("17")), machine("c", 5, tag("18")), machine("d", 5, tag("18"))],
      ["c", "d"],
    ],
    [
      "the old machines from the moment at which one of them is marked",
      [machine("a", 4, tag("safe_to_destroy")), machine("b", 4, tag("17")), machine("c", 5, tag("18"))],
      ["a", "b"],
    ],
    [
      "nothing where the new machines are gone and the old ones marked",
      [machine("a", 4, tag("safe_to_destroy")), machine("b", 4, tag("safe_to_destroy"))],
      [],
    ],
    [
      "nothing where one was added manually to a good bluegreen deployment",
      [machine("a", 4, tag("17")), machine("b", 4, tag("17")), machine("c", 4)],
      [],
    ],
    [
      "nothing where one was made past flyctl",
      [machine("a", 4, tag("17")), { id: "m", state: "started", region: "fra", config: {} }],
      [],
    ],
  ])("is %s", (_name, machines, ids) => {
    expect(leftoversOf(machines).map(({ id }) => id)).toEqual(ids);
  });
});
