import { describe, expect, it } from "vitest";
import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { chooseRelease } from "./earlier-release.ts";
import { kindOf } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";

const compositionOf = (name: string): Composition => ({
  web: { source: `web ${name}`, commit: name },
  workers: {
    worker: { source: `worker ${name}`, commit: name, image: `image:${name}`, config: name },
    mailer: { source: `mailer ${name}`, commit: name, image: `image:${name}`, config: name },
  },
  variables: { web: { FLAGS: name }, workers: { MODEL: name } },
  migrations: { digest: name, names: ["0000_plans"] },
});

const attemptOf = (number: number, name: string): Attempt => ({
  number,
  at: "2026-01-01T00:00:00Z",
  by: "a@b",
  environment: "staging",
  release: name.repeat(40),
  commit: name.repeat(40),
  composition: compositionOf(name),
  checks: [],
  settings: "s",
  deployment: number,
  ended: { at: "2026-01-01T00:01:00Z", result: "success", description: "" },
});

const attempts = [attemptOf(2, "b"), attemptOf(1, "a")];
const kind = kindOf("staging");
if (!kind) throw new Error("there is no staging");
const wanted = (only?: string) => ({
  stack: "staging",
  kind,
  settings: {
    only,
    fly: { apps: { worker: "app-w", mailer: "app-m" }, machines: { worker: {}, mailer: {} } },
  } as unknown as Settings,
});

/** Of which release each part is then. */
function releasesOf({ web, workers, variables }: Composition): string {
  return [
    web.source,
    workers["worker"]?.source,
    workers["mailer"]?.source,
    variables.web["FLAGS"],
    variables.workers["MODEL"],
  ]
    .map((each) => each?.at(-1))
    .join("");
}

describe("an earlier release", () => {
  const parts: readonly (readonly [string | undefined, string])[] = [
    [undefined, "aaaaa"],
    ["web", "abbab"],
    ["workers", "baaba"],
    ["worker", "babbb"],
    ["mailer", "bbabb"],
    ["app-w", "babbb"],
    ["app-m", "bbabb"],
    ["variables", "bbbaa"],
  ];
  it.each(parts)("with only %s is the live one but for that", (only, expected) => {
    expect(releasesOf(chooseRelease("1", wanted(only), attempts).composition)).toBe(expected);
  });

  it("keeps its commit when it is complete, and the live one's when it is a part", () => {
    expect(chooseRelease("1", wanted(), attempts)).toMatchObject({ commit: "a".repeat(40), returnsTo: 1 });
    expect(chooseRelease("1", wanted("web"), attempts)).toMatchObject({
      commit: "b".repeat(40),
      name: `${"b".repeat(40)}+web@aaaaaaaaaaaa`,
    });
  });

  it("is refused with what there is, when it or the part is none", () => {
    expect(() => chooseRelease("7", wanted(), attempts)).toThrow(
      "staging has no release 7 on record. It has: bin/rollout history --stack staging",
    );
    expect(() => chooseRelease("1", wanted("api"), attempts)).toThrow(
      "rollout:only is api, and there is: web, workers, worker, mailer, variables, app-w, app-m",
    );
  });
});
