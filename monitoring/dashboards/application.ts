import { chosen, dashboard, lines } from "./panels.ts";

const requests = "http_request_duration_seconds";
const byQuantile = (quantile: string): string =>
  `histogram_quantile(${quantile}, sum by (environment, le) (rate(${requests}_bucket{${chosen}}[$__rate_interval])))`;

export const application = dashboard(
  {
    uid: "rollout-application",
    title: "Application",
    description: "Requests to the web and jobs of the workers.",
  },
  {
    Requests: [
      lines({
        title: "Requests",
        unit: "reqps",
        queries: [
          [
            `sum by (environment, status) (rate(${requests}_count{${chosen}}[$__rate_interval]))`,
            "{{environment}} {{status}}",
          ],
        ],
      }),
      lines({
        title: "Share of requests that fail",
        description: "Above 5 % an alert fires.",
        unit: "percentunit",
        queries: [
          [
            // Without a failure there is no series of one, and the share is 0.
            `(sum by (environment) (rate(${requests}_count{${chosen}, status=~"5.."}[$__rate_interval])) or 0 * sum by (environment) (rate(${requests}_count{${chosen}}[$__rate_interval]))) / sum by (environment) (rate(${requests}_count{${chosen}}[$__rate_interval]))`,
            "{{environment}}",
          ],
        ],
      }),
      lines({
        title: "Time to answer",
        description: "Above 1 s for one request in twenty an alert fires.",
        unit: "s",
        queries: [
          [byQuantile("0.5"), "{{environment}} half of them"],
          [byQuantile("0.95"), "{{environment}} 95 %"],
          [byQuantile("0.99"), "{{environment}} 99 %"],
        ],
      }),
      lines({
        title: "Average time by route",
        unit: "s",
        queries: [
          [
            `sum by (route) (rate(${requests}_sum{${chosen}}[$__rate_interval])) / sum by (route) (rate(${requests}_count{${chosen}}[$__rate_interval]))`,
            "{{route}}",
          ],
        ],
      }),
    ],
    Jobs: [
      lines({
        title: "Tries of jobs",
        unit: "ops",
        queries: [
          [
            `sum by (queue, outcome) (rate(atlaris_jobs_total{${chosen}}[$__rate_interval]))`,
            "{{queue}} {{outcome}}",
          ],
        ],
      }),
      lines({
        title: "Time of a try",
        unit: "s",
        queries: [
          [
            `histogram_quantile(0.95, sum by (queue, le) (rate(atlaris_job_duration_seconds_bucket{${chosen}}[$__rate_interval])))`,
            "{{queue}} 95 %",
          ],
        ],
      }),
      lines({
        title: "Plans that are not finished",
        unit: "short",
        queries: [[`atlaris_plans_unfinished{${chosen}}`, "{{environment}} {{status}}"]],
      }),
      lines({
        title: "Jobs in hand",
        unit: "short",
        queries: [[`sum by (queue) (atlaris_jobs_in_hand{${chosen}})`, "{{queue}}"]],
      }),
    ],
    Workers: [
      lines({
        title: "Memory",
        unit: "bytes",
        queries: [[`process_resident_memory_bytes{${chosen}, job="workers"}`, "{{queue}} {{instance}}"]],
      }),
      lines({
        title: "Processors in use",
        unit: "short",
        queries: [
          [
            `rate(process_cpu_seconds_total{${chosen}, job="workers"}[$__rate_interval])`,
            "{{queue}} {{instance}}",
          ],
        ],
      }),
      lines({
        title: "Starts in the last hour",
        description: "0 is a worker that runs on.",
        unit: "short",
        queries: [
          [`changes(process_start_time_seconds{${chosen}, job="workers"}[1h])`, "{{queue}} {{instance}}"],
        ],
      }),
      lines({
        title: "Delay of the event loop",
        description: "How long a worker was busy with one thing.",
        unit: "s",
        queries: [[`nodejs_eventloop_lag_p99_seconds{${chosen}, job="workers"}`, "{{queue}} {{instance}}"]],
      }),
    ],
  },
);
