import { z } from "zod";
import { defineApplication } from "./stacks/settings/application.ts";

const lock = "app/package-lock.json";
const worker = (name: string): readonly string[] => [
  ...[`app/workers/${name}.mjs`, "app/workers/run-worker.mjs"],
  ...["app/shared", lock],
];

/** A shop that takes orders: packed by one worker, billed by the next one, and sent by the last. */
export const application = defineApplication({
  web: {
    build: "node app/build/web.mjs",
    output: "app/.vercel/output",
    healthPath: "/api/status",
    sources: ["app/web", "app/shared", "app/build", lock],
  },
  workers: {
    packing: { description: "App that packs orders.", sources: worker("packing") },
    billing: { description: "App that bills what is packed.", sources: worker("billing") },
    courier: { description: "App that sends what is billed.", sources: worker("courier") },
  },
  program: ["app/migrate.mjs", "app/smoke", "app/package.json"],
  secrets: { BILLING_KEY: "workers" },
  settings: {
    shop: z.strictObject({
      name: z.string().min(1).describe("Name of the shop, on its pages."),
      largestOrder: z.number().int().min(1).default(10).describe("Most pieces of one order."),
    }),
  },
  variables: ({ shop }) => ({
    web: { SHOP_NAME: shop.name, LARGEST_ORDER: String(shop.largestOrder) },
    workers: { SHOP_NAME: shop.name },
  }),
  database: {
    schemas: { public: "write", queue: "write", versions: "read" },
    migrations: "app/migrations",
    migrate: "node app/migrate.mjs",
    applied: { table: "versions.applied", query: "SELECT name, hash FROM versions.applied ORDER BY name" },
    jobs: {
      table: "queue.task",
      unfinished: "SELECT kind || ' ' || id AS job FROM queue.task WHERE done_at IS NULL",
      known: "SELECT kind || ' ' || id AS job FROM queue.task",
      cancel: "UPDATE queue.task SET done_at = now() WHERE done_at IS NULL",
    },
  },
  rehearsal: {
    build: ["node app/build/rehearsal.mjs"],
    files: { web: "web.mjs", workers: "NAME.mjs" },
  },
  smokeTest: { command: "npm run --silent --prefix app smoke", limitSeconds: 60 },
});
