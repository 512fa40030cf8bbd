import { collectDefaultMetrics, Counter, Histogram, Registry } from "prom-client";
import { requestBuckets } from "./request-buckets.ts";

/** What the API reports to Prometheus; of this process only. */
export interface ApiMetrics {
  readonly registry: Registry;
  readonly requestEnded: (method: string, route: string, status: number, seconds: number) => void;
  readonly planRequested: (kind: string) => void;
}

export function openApiMetrics(): ApiMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time until a request was answered",
    labelNames: ["method", "route", "status"],
    buckets: [...requestBuckets],
    registers: [registry],
  });
  const plans = new Counter({
    name: "atlaris_plans_requested_total",
    help: "Plans that were accepted for generation or regeneration",
    labelNames: ["kind"],
    registers: [registry],
  });
  return {
    registry,
    requestEnded: (method, route, status, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    planRequested: (kind) => plans.inc({ kind }),
  };
}
