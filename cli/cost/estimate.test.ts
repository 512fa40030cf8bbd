import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { environments } from "../../stacks/environments.ts";
import { shopFile, shopFolder, shopSettings } from "../../stacks/settings/test-application.ts";
import { differenceLines, estimateLines, sourceLines } from "./cost-text.ts";
import type { Declared } from "./declared.ts";
import { declaredBy } from "./declared.ts";
import { estimate, usualUse } from "./estimate.ts";
import { prices, regionFactors } from "./prices.ts";
import { costMarkdown } from "./review-cost.ts";

const read = (file: string): string => readFileSync(join(shopFolder, file), "utf8");

/** What the shop declares, with machines in the place of its own. */
function declaredOf(stack: "staging" | "prod", machines?: object, more: object = {}): Declared {
  const fly = { ...(shopFile(stack)["fly"] as object), ...(machines ? { machines } : {}) };
  const kind = environments[stack];
  if (!kind) throw new Error(`no environment ${stack}`);
  return declaredBy(shopSettings(stack, { fly, ...more }), kind, read);
}

const usualOf = (declared: Declared): number => estimate(declared, usualUse).total.usual;

describe("the figures that users were promised", () => {
  it("hold for an environment with one machine of each worker: $10 to 30", () => {
    const { least, usual } = estimate(declaredOf("staging"), usualUse).total;
    expect(least).toBeGreaterThanOrEqual(10);
    expect(usual).toBeLessThanOrEqual(30);
  });

  it("hold for one with two of each, and a seat at Vercel: $40 to 70", () => {
    const { least, usual } = estimate(declaredOf("prod"), usualUse).total;
    expect(least).toBeGreaterThanOrEqual(40);
    expect(usual).toBeLessThanOrEqual(70);
  });
});

it("prices machines by count, size and region", () => {
  const fra = { worker: { count: 1 }, mailer: { count: 1 } };
  const iad = { ...fra, worker: { count: 3, regions: ["iad"], size: { memoryMb: 1_024 } } };
  const [line] = estimate(declaredOf("staging", iad), usualUse).lines;
  // Three times 1.94 with 256 MB, and 0.75 GB more.
  expect(line?.dollars.usual).toBeCloseTo(3 * (1.94 + 0.75 * 5), 9);
  expect(line?.of).toBe("3 × shared-cpu-1x, 1024 MB, iad");
  const performance = {
    ...fra,
    worker: { count: 2, regions: ["iad", "sjc"], size: { cpuKind: "performance", cpus: 2, memoryMb: 4_096 } },
  };
  const [dear] = estimate(declaredOf("staging", performance), usualUse).lines;
  expect(dear?.dollars.usual).toBeCloseTo(62 + 62 * 1.2, 9);
});

describe("a worker on Railway", () => {
  const railway = { project: "p", environment: "e", services: { worker: "shop-worker" } };
  const workers = { worker: { host: "railway" } };
  const machines = { worker: { count: 2 }, mailer: { count: 1 } };
  const linesOf = (more: object) =>
    estimate(declaredOf("staging", machines, more), usualUse).lines.filter(
      ({ cloud }) => cloud === "Railway",
    );

  it("costs nothing there while it runs on Fly.io", () => {
    expect(linesOf({ railway })).toEqual([]);
  });

  it("costs what its replicas use, at least the plan's fee, and no machines on Fly.io", () => {
    const { lines, total } = estimate(declaredOf("staging", machines, { railway, workers }), usualUse);
    expect(lines.map(({ cloud, what }) => `${cloud} ${what}`)).not.toContain("Fly.io machines of worker");
    const [replicas, fee] = linesOf({ railway, workers });
    // Two of 0.05 vCPU at $20 and 0.2 GB at $10; at most the 1 vCPU and 256 MB of its machine.
    expect(replicas?.dollars.usual).toBeCloseTo(2 * (0.05 * 20 + 0.2 * 10), 9);
    expect(replicas?.dollars.most).toBeCloseTo(2 * (20 + 0.25 * 10), 9);
    expect((replicas?.dollars.usual ?? 0) + (fee?.dollars.usual ?? 0)).toBeCloseTo(20, 9);
    expect(fee?.dollars.most).toBe(0);
    expect(total.least).toBeLessThanOrEqual(total.usual);
    expect(total.usual).toBeLessThanOrEqual(total.most);
  });

  it("costs at most its limits", () => {
    const limits = { worker: { vcpus: 0.5, memoryGb: 0.15 } };
    const [replicas] = linesOf({ railway: { ...railway, limits }, workers });
    expect(replicas?.of).toBe("2 × up to 0.5 vCPU, 0.15 GB, by use");
    expect(replicas?.dollars.most).toBeCloseTo(2 * (0.5 * 20 + 0.15 * 10), 9);
    expect(replicas?.dollars.usual).toBeCloseTo(2 * (0.05 * 20 + 0.15 * 10), 9);
  });
});

it("never costs less with more of anything, and is never above its most", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 10 }),
      fc.double({ min: 0, max: 24, noNaN: true }),
      (count, previews, busyHours) => {
        const of = (machines: number, more: object) =>
          estimate(declaredOf("staging", { worker: { count: machines }, mailer: { count: 1 } }), {
            ...usualUse,
            previews,
            busyHours,
            ...more,
          }).total;
        const one = of(count, {});
        expect(one.least).toBeLessThanOrEqual(one.usual + 1e-9);
        expect(one.usual).toBeLessThanOrEqual(one.most + 1e-9);
        expect(of(count + 1, {}).usual).toBeGreaterThan(one.usual);
        expect(of(count, { previews: previews + 1 }).usual).toBeGreaterThan(one.usual);
      },
    ),
    { seed: 18, numRuns: 30 },
  );
});

it("reports a difference by what it is made of", () => {
  const [before, after] = [
    estimate(declaredOf("staging"), usualUse),
    estimate(declaredOf("staging", { worker: { count: 2 }, mailer: { count: 1 } }), usualUse),
  ];
  expect(differenceLines(before, before)).toEqual([]);
  expect(differenceLines(before, after)).toEqual([
    "Fly.io, machines of worker: 1 × shared-cpu-1x, 256 MB, fra → 2 × shared-cpu-1x, 256 MB, fra, +$2.33",
  ]);
  // A dollar sign that is not escaped would begin a formula.
  expect(costMarkdown({ estimate: after, live: before })).toMatch(
    /^\*\*Estimated cost\*\*: \\\$\d+ a month \(\\\$\d+ to \\\$\d+\), \+\\\$2\.33 against the live release\n- Fly\.io, machines of worker: /,
  );
  expect(costMarkdown({ estimate: before, live: before })).toContain("as the live release");
});

it("lists each line with its range, and the sources of all prices with their days", () => {
  const lines = estimateLines(estimate(declaredOf("prod"), usualUse));
  expect(lines.join("\n")).toMatch(/^Neon +compute +\$\d+ +\$\d+ +\$\d+ +0.25 to 2 CU, awake all month$/m);
  expect(sourceLines()).not.toHaveLength(0);
  for (const { date, source } of Object.values(prices)) {
    expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(URL.canParse(source)).toBe(true);
  }
  for (const { source } of Object.values(regionFactors)) expect(URL.canParse(source)).toBe(true);
  expect(usualOf(declaredOf("prod"))).toBeGreaterThan(usualOf(declaredOf("staging")));
});
