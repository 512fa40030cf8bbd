import { testAttempt, testComposition } from "@rollout/infra/rollout/records/test-attempt";
import type { ReportFacts, RolloutReport } from "./rollout-report.ts";
import { reportOf } from "./rollout-report.ts";
import type { RolloutLog } from "./rollout-log.ts";
import { seenTimeline } from "./timeline.ts";

const waits: Readonly<Record<string, string[]>> = {
  gate: [],
  attempt: ["gate"],
  "worker-image-build": ["attempt"],
  "web-deployment": ["attempt"],
  backup: ["attempt"],
  migration: ["backup"],
  "worker-deployment": ["worker-image-build", "web-deployment", "migration"],
  "projections-deployment": ["worker-image-build", "web-deployment", "migration"],
  "web-live": ["worker-deployment", "projections-deployment"],
  smoke: ["web-live"],
  status: ["smoke"],
};

const times: readonly (readonly [string, number, number])[] = [
  ["gate", 2.4, 0.4],
  ["attempt", 2.8, 0.2],
  ["worker-image-build", 3, 14.8],
  ["web-deployment", 3, 6.2],
  ["backup", 3, 0.8],
  ["migration", 3.8, 1.1],
  ["worker-deployment", 17.8, 3.6],
  ["projections-deployment", 17.8, 2.9],
  ["web-live", 21.4, 0.1],
  ["smoke", 21.6, 1.4],
  ["status", 23, 0.3],
];

/** What a command has seen of a rollout with these longest steps. */
export function testLog(attempt: number, factor = 1): RolloutLog {
  return {
    schema: 1,
    attempt,
    at: "2026-01-02T00:00:00.000Z",
    seconds: 24 * factor,
    after: waits,
    spans: times.map(([name, begun, seconds]) => ({
      name,
      action: "updated",
      begun: begun * factor,
      seconds: seconds * factor,
      outcome: "done" as const,
    })),
  };
}

/** A report of a rollout over another one; fields are replaced by those that are given. */
export function testReport(more: Partial<ReportFacts> = {}): RolloutReport {
  const wanted = testAttempt(2, "b", { composition: testComposition("b", ["0000_plans", "0001_more"]) });
  const log = testLog(2);
  return reportOf({
    stack: "staging",
    environment: "staging",
    attempts: [wanted, testAttempt(1, "a")],
    wanted,
    subject: "Keep the language of a plan",
    incident: undefined,
    repositoryUrl: "https://github.com/shop/shop",
    timeline: seenTimeline(
      log,
      new Map([
        [1, testLog(1, 0.8)],
        [2, log],
      ]),
    ),
    smoke: [
      { name: "a plan is accepted", passed: true, seconds: 0.12 },
      { name: "the plan has modules and tasks", passed: true, seconds: 0.61 },
    ],
    parts: [
      {
        part: "web",
        where: "https://shop.vercel.app",
        health: "well",
        isRelease: true,
        seen: ["200 in 40 ms"],
      },
      {
        part: "worker",
        where: "shop-worker",
        health: "well",
        isRelease: true,
        seen: ["1 of 1 machines passes its check"],
      },
    ],
    now: new Date("2026-01-02T01:00:00Z"),
    ...more,
  });
}
