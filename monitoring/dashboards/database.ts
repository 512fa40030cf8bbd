import { chosen, dashboard, lines } from "./panels.ts";

export const database = dashboard(
  {
    uid: "rollout-database",
    title: "Queue and database",
    description: "How much waits, and how the database is.",
  },
  {
    Queue: [
      lines({
        title: "Jobs",
        description: "Above 1,000 that wait an alert fires.",
        unit: "short",
        queries: [[`rollout_queue_jobs{${chosen}}`, "{{queue}} {{state}}"]],
      }),
      lines({
        title: "Age of the oldest job that waits",
        unit: "s",
        queries: [[`rollout_queue_oldest_job_age_seconds{${chosen}}`, "{{queue}}"]],
      }),
    ],
    Database: [
      lines({
        title: "Connections",
        unit: "short",
        queries: [
          [`rollout_database_connections{${chosen}}`, "{{environment}} {{state}}"],
          [`rollout_database_connections_max{${chosen}}`, "{{environment}} most"],
        ],
      }),
      lines({
        title: "Transactions",
        unit: "ops",
        queries: [
          [
            `rate(rollout_database_transactions_total{${chosen}}[$__rate_interval])`,
            "{{environment}} {{result}}",
          ],
        ],
      }),
      lines({
        title: "Slow queries",
        description:
          "Statements that take over a second on average are known only where pg_stat_statements is installed.",
        unit: "short",
        queries: [
          [`rollout_database_longest_query_seconds{${chosen}}`, "{{environment}} longest one now, seconds"],
          [`rollout_database_slow_statements{${chosen}}`, "{{environment}} slow statements"],
        ],
      }),
      lines({
        title: "Deadlocks in the last hour",
        unit: "short",
        queries: [[`increase(rollout_database_deadlocks_total{${chosen}}[1h])`, "{{environment}}"]],
      }),
      lines({
        title: "Size",
        unit: "bytes",
        queries: [[`rollout_database_size_bytes{${chosen}}`, "{{environment}}"]],
      }),
      lines({
        title: "Compute runs",
        description: "0: it sleeps, and everything above is absent.",
        unit: "short",
        queries: [[`rollout_database_awake{${chosen}}`, "{{environment}}"]],
      }),
    ],
  },
);
