import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Outcome } from "./run-job.ts";
import type { QueueName } from "../queue/queues.ts";

/** What a worker reports to Prometheus. */
export interface WorkerMetrics {
  readonly registry: Registry;
  jobEnded(kind: Outcome["kind"], seconds: number): void;
}

export function openWorkerMetrics(queue: QueueName, jobsInHand: () => number): WorkerMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ queue });
  collectDefaultMetrics({ register: registry });
  const jobs = new Counter({
    name: "atlaris_jobs_total",
    help: "Tries of jobs, by how they ended",
    labelNames: ["outcome"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "atlaris_job_duration_seconds",
    help: "Time that a try of a job took",
    labelNames: ["outcome"],
    buckets: [0.1, 0.3, 1, 3, 10, 30, 90],
    registers: [registry],
  });
  new Gauge({
    name: "atlaris_jobs_in_hand",
    help: "Jobs that run now",
    registers: [registry],
    collect() {
      this.set(jobsInHand());
    },
  });
  return {
    registry,
    jobEnded: (outcome, duration) => {
      jobs.inc({ outcome });
      seconds.observe({ outcome }, duration);
    },
  };
}
