import { expect, it } from "vitest";
import type { Course, Effects } from "./effects.ts";
import { isCutAtFly, surplusOf } from "./effects.ts";

const effects = (releases: number, deployments: number): Effects => ({
  ...{ migrations: {}, columns: [], machines: {}, apps: [], branches: [], backups: 0, pending: [] },
  ...{ releases: { workers: releases }, deployments },
});
const course: Course = {
  ...{ kind: "worker", turnsBack: false, status: null, isCutAtFly: false },
  moment: { by: "call", cloud: "fly", fraction: 0.5, isCarriedOut: true },
};
const atVercel: Course["moment"] = { by: "call", cloud: "vercel", fraction: 0.5, isCarriedOut: true };

it.each<[string, Partial<Course>, number, number]>([
  ["a rollout that was killed and repeated", {}, 1, 1],
  ["one that was killed and turned back", { turnsBack: true }, 2, 1],
  ["one that rolled itself back before it was repeated", { status: 4 }, 3, 1],
  ["one that was killed while Vercel had its deployment", { moment: atVercel }, 1, 2],
  ["one that was killed while flyctl deployed", { isCutAtFly: true }, 2, 1],
  ["a rollback", { kind: "rollback" }, 1, 0],
])("accounts for each effect of %s, and for none more", (_name, changed, releases, deployments) => {
  const surplus = (more: number, moreDeployments: number): readonly string[] =>
    surplusOf({ ...course, ...changed }, effects(5, 7), effects(5 + more, 7 + moreDeployments));
  expect(surplus(releases, deployments)).toEqual([]);
  expect(surplus(releases + 1, deployments)).toEqual([
    expect.stringContaining(`workers has ${String(releases + 1)} releases more`),
  ]);
  expect(surplus(releases, deployments + 1)).toEqual([
    expect.stringContaining(`Vercel has ${String(deployments + 1)} deployments more`),
  ]);
});

it.each<[string, string[], string, boolean]>([
  ["is under way in the state", ["gate updating", "worker-deployment updating"], "", true],
  ["failed with its provider", [], "9.9 s  worker-deployment FAILED (2.4 s)", true],
  ["had ended", ["web-deployment creating"], "5.0 s  worker-deployment updated (2.4 s)", false],
])("finds whether a deployment of workers that %s was cut off", (_name, pending, printed, expected) => {
  expect(isCutAtFly(pending, printed)).toBe(expected);
});
