import { z } from "zod";
import { requestBuckets } from "./src/api/request-buckets.ts";
import { defineApplication } from "./stacks/settings/application.ts";

/** Everything that the rollout knows of the application. The form is explained where it is defined; docs/application.md. */
export const application = defineApplication({
  web: {
    build: 'npm run --silent build:web -- --out "$ROLLOUT_OUTPUT"',
    healthPath: "/api/health",
  },

  // Each has an entry point src/workers/entries/NAME.ts, a fly.*.NAME.toml for each environment and its app under
  // rollout:fly.apps. All run one image, which is kept with the first one's app where no rollout:fly.imageApp is set.
  workers: {
    worker: { description: "App that generates plans." },
    regenerator: { description: "App that generates other versions of plans." },
  },
  sourceDigests: async (root) => (await import("./src/build/source-digests.ts")).sourceDigests(root),

  program: ["src/build", "src/db", "src/package.json", "tests/smoke"],

  secrets: { OPENAI_API_KEY: "workers" },
  settings: {
    ai: z.strictObject({
      baseUrl: z.url().default("https://api.openai.com/v1").describe("OpenAI-compatible endpoint."),
      model: z.string().default("gpt-5-mini").describe("Model that writes the plans."),
    }),
    flags: z
      .strictObject({
        regeneration: z
          .boolean()
          .default(true)
          .describe("Whether the API takes requests for another version of a plan."),
        maxModules: z
          .number()
          .int()
          .min(1)
          .max(50)
          .default(6)
          .describe("Most modules of a plan that a worker writes."),
        jobConcurrency: z
          .number()
          .int()
          .min(1)
          .max(16)
          .default(4)
          .describe("Jobs that one machine of a worker has in hand at the same time."),
      })
      .prefault({})
      .describe("What the application does or not. Changing one deploys what reads it, and nothing else."),
  },
  // Each service gets the flags that it reads and no others, so that a change of one deploys nothing that does not read it.
  variables: ({ ai, flags: { regeneration, maxModules, jobConcurrency } }) => ({
    web: { FEATURE_FLAGS: JSON.stringify({ regeneration }) },
    workers: {
      OPENAI_BASE_URL: ai.baseUrl,
      OPENAI_MODEL: ai.model,
      FEATURE_FLAGS: JSON.stringify({ maxModules, jobConcurrency }),
    },
  }),

  database: {
    schemas: { public: "write", pgboss: "write", drizzle: "read" },
    migrations: "src/db/migrations",
    migrate: "npm run --silent db:migrate",
    applied: {
      table: "drizzle.__drizzle_migrations",
      query:
        "SELECT coalesce(name, left(hash, 12)) AS name, hash FROM drizzle.__drizzle_migrations ORDER BY created_at",
    },
    jobs: {
      table: "pgboss.job",
      unfinished:
        "SELECT name || ' ' || id AS job FROM pgboss.job WHERE state IN ('created', 'retry', 'active')",
      known: "SELECT name || ' ' || id AS job FROM pgboss.job",
      cancel: "UPDATE pgboss.job SET state = 'cancelled', completed_on = now() WHERE state < 'completed'",
      // Every queue has its three series, also while they are 0.
      depth: `
        SELECT queue.name AS queue, states.state, count(job.id) AS jobs,
          max(extract(epoch FROM now() - greatest(job.created_on, job.start_after))) AS oldest_seconds
        FROM pgboss.queue
        CROSS JOIN (VALUES ('waiting', '{created,retry}'), ('active', '{active}'), ('failed', '{failed}')) AS states (state, names)
        LEFT JOIN pgboss.job ON job.name = queue.name AND job.state::text = ANY (states.names::text[])
        GROUP BY 1, 2`,
    },
    metrics: [
      {
        name: "http_request_duration_seconds",
        help: "Time until a request was answered, of all functions of the web",
        type: "histogram",
        query: `
          SELECT method, route, status, '{${requestBuckets.join()}}'::float8[] AS bounds, counts, seconds AS sum
          FROM web_requests ORDER BY 1, 2, 3`,
      },
      {
        name: "atlaris_plans_unfinished",
        help: "Plans that wait for a worker or are generated",
        type: "gauge",
        // By the index of unfinished plans: counting all of them would read the table each time.
        query: `
          SELECT states.status, count(plans.id) AS value FROM (VALUES ('pending'), ('generating')) AS states (status)
          LEFT JOIN plans ON plans.status = states.status AND plans.status IN ('pending', 'generating') GROUP BY 1`,
      },
    ],
  },

  rehearsal: {
    build: [
      'npm run --silent --workspace src build:web -- --out "$ROLLOUT_OUTPUT/web"',
      'npm run --silent --workspace src build:workers -- --out "$ROLLOUT_OUTPUT/workers"',
    ],
    files: { web: "web/functions/api.func/index.mjs", workers: "workers/NAME.mjs" },
    migrate: "npm run --silent --workspace src db:migrate -- --report",
  },

  smokeTest: "npm run smoke:release",

  watch: {
    metricsPath: "/api/metrics",
    requests: [
      {
        part: "web",
        histogram: "http_request_duration_seconds",
        errors: { label: "status", matches: "5.." },
      },
    ],
    business: [
      {
        name: "plans made",
        sql: "SELECT count(*) AS count FROM plans WHERE status = 'ready' AND updated_at > $1 AND updated_at <= $2",
      },
    ],
    safeRequests: ["/api/health"],
  },

  load: {
    profile: "tests/load/plans.profile.yaml",
    jobs: {
      enqueue: {
        method: "POST",
        path: "/api/plans",
        json: { topic: "Load test ${run.mark}: ${run.number}", skillLevel: "beginner" },
      },
      query: `
        SELECT substring(topic FROM '[0-9]+$') AS number,
          CASE WHEN status = 'failed' THEN 'failed' WHEN job.completed_on IS NULL THEN 'waiting' ELSE 'done' END AS state,
          extract(epoch FROM job.completed_on - job.created_on) AS seconds
        FROM plans LEFT JOIN pgboss.job ON job.id = plans.job_id
        WHERE starts_with(topic, 'Load test ' || $1 || ': ')`,
    },
    // The jobs first, so that no worker takes one whose plan is gone.
    cleanUp: [
      `UPDATE pgboss.job SET state = 'cancelled', completed_on = now() WHERE state < 'completed' AND id IN
        (SELECT job_id FROM plans WHERE starts_with(topic, 'Load test ' || $1 || ': '))`,
      "DELETE FROM plans WHERE starts_with(topic, 'Load test ' || $1 || ': ')",
    ],
  },
});
