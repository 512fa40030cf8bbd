import type { Attempt } from "@rollout/infra/rollout/records/attempts";
import { liveOf } from "@rollout/infra/rollout/records/attempts";
import type { Metric } from "prom-client";
import { counter, gauge, histogram, seconds, single } from "../samples.ts";
import type { MetricSource } from "../source.ts";

const buckets = [10, 30, 60, 120, 180, 300, 600, 900, 1800, 3600];

/** Rollouts by the signed record, and the release that is live. */
export function recordSource(attempts: () => Promise<readonly Attempt[]>): MetricSource {
  return { name: "record", read: async () => metricsOf(await attempts()) };
}

/** @param attempts newest first. */
export function metricsOf(attempts: readonly Attempt[]): readonly Metric[] {
  const ended = attempts.flatMap((attempt) => (attempt.ended ? [{ attempt, end: attempt.ended }] : []));
  const labelsOf = ({ attempt, end }: (typeof ended)[number]) => ({
    kind: attempt.returnsTo === undefined ? "forward" : "rollback",
    result: end.result,
  });
  const timeOf = ({ attempt, end }: (typeof ended)[number]): number => seconds(end.at) - seconds(attempt.at);
  const [newest] = attempts;
  const [last] = ended;
  const running = newest && !newest.ended ? newest : undefined;
  const live = liveOf(attempts);
  return [
    counter("rollout_attempts_total", "Rollouts on record that ended", [
      // Each is there from the beginning: the first failure is an increase then.
      ...["forward", "rollback"].flatMap((kind) =>
        ["success", "failure"].map((result) => ({ labels: { kind, result }, value: 0 })),
      ),
      ...ended.map((each) => ({ labels: labelsOf(each), value: 1 })),
    ]),
    histogram(
      "rollout_attempt_duration_seconds",
      "How long rollouts took that ended",
      buckets,
      ended.map((each) => ({ labels: labelsOf(each), value: timeOf(each) })),
    ),
    single(
      "rollout_last_attempt_success",
      "Whether the newest rollout that ended was a success",
      last && Number(last.end.result === "success"),
    ),
    single(
      "rollout_last_attempt_end_timestamp_seconds",
      "When the newest rollout that ended did so",
      last && seconds(last.end.at),
    ),
    single(
      "rollout_last_attempt_duration_seconds",
      "How long the newest rollout took that ended",
      last && timeOf(last),
    ),
    single("rollout_running", "Whether the newest rollout has not ended", Number(running !== undefined)),
    single(
      "rollout_running_start_timestamp_seconds",
      "When the rollout began that has not ended",
      running && seconds(running.at),
    ),
    // The one label that names a release has one value at a time.
    gauge(
      "rollout_release_info",
      "The release that is live",
      live ? [{ labels: { number: String(live.number), release: live.release.slice(0, 12) }, value: 1 }] : [],
    ),
    single(
      "rollout_release_live_timestamp_seconds",
      "Since when the release is live",
      live?.ended && seconds(live.ended.at),
    ),
  ];
}
