import { bars, chosen, dashboard, lines, number } from "./panels.ts";

export const rollouts = dashboard(
  {
    uid: "rollout-rollouts",
    title: "Rollouts",
    description: "What is live, how rollouts end and how long they take, by bin/rollout metrics.",
  },
  {
    "What is live": [
      number({
        title: "Live release",
        unit: "short",
        queries: [[`rollout_release_info{${chosen}}`, "{{environment}} #{{number}} {{release}}"]],
      }),
      number({
        title: "Live for",
        unit: "s",
        queries: [[`time() - rollout_release_live_timestamp_seconds{${chosen}}`, "{{environment}}"]],
      }),
      number({
        title: "Newest rollout succeeded",
        description: "1: yes, 0: no.",
        unit: "short",
        queries: [[`rollout_last_attempt_success{${chosen}}`, "{{environment}}"]],
      }),
      number({
        title: "A rollout runs",
        unit: "short",
        queries: [
          [`rollout_running{${chosen}}`, "{{environment}} rollout"],
          [`rollout_lease_held{${chosen}}`, "{{environment}} lease"],
        ],
      }),
      lines({
        title: "Machines",
        description: "A machine is healthy that runs and passes its checks.",
        unit: "short",
        queries: [[`rollout_machines{${chosen}}`, "{{app}} {{health}}"]],
      }),
      lines({
        title: "Web",
        description: "Whether the health path answers, and how fast.",
        unit: "s",
        queries: [
          [`rollout_web_response_seconds{${chosen}}`, "{{environment}}: answers after"],
          [`rollout_web_up{${chosen}}`, "{{environment}}: up"],
        ],
      }),
    ],
    Rollouts: [
      lines({
        title: "Rollouts and rollbacks on record",
        unit: "short",
        queries: [[`rollout_attempts_total{${chosen}}`, "{{environment}} {{kind}} {{result}}"]],
      }),
      number({
        title: "Newest rollout took",
        unit: "s",
        queries: [[`rollout_last_attempt_duration_seconds{${chosen}}`, "{{environment}}"]],
      }),
      number({
        title: "Rollouts take on average",
        unit: "s",
        queries: [
          [
            `sum by (environment, kind) (rollout_attempt_duration_seconds_sum{${chosen}, result="success"}) / sum by (environment, kind) (rollout_attempt_duration_seconds_count{${chosen}, result="success"})`,
            "{{environment}} {{kind}}",
          ],
        ],
      }),
      number({
        title: "Failed, of all",
        unit: "percentunit",
        queries: [
          [
            `sum by (environment) (rollout_attempts_total{${chosen}, result="failure"}) / sum by (environment) (rollout_attempts_total{${chosen}})`,
            "{{environment}}",
          ],
        ],
      }),
      number({
        title: "Newest holder waited in line",
        unit: "s",
        queries: [[`rollout_lease_last_wait_seconds{${chosen}}`, "{{environment}}"]],
      }),
      bars({
        title: "Steps of the newest rollout that ran them",
        unit: "s",
        queries: [[`sort_desc(rollout_step_duration_seconds{${chosen}})`, "{{environment}} {{step}}"]],
      }),
    ],
    "These metrics": [
      lines({
        title: "Sources",
        description: "0: its metrics are missing.",
        unit: "short",
        queries: [[`rollout_source_up{${chosen}}`, "{{environment}} {{source}}"]],
      }),
      lines({
        title: "Time to read a source",
        unit: "s",
        queries: [[`rollout_source_read_seconds{${chosen}}`, "{{environment}} {{source}}"]],
      }),
      lines({
        title: "Self-hosted runners online",
        unit: "short",
        queries: [[`rollout_runner_online{${chosen}}`, "{{runner}}"]],
      }),
    ],
  },
);
