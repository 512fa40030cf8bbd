import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type TestContext, vi } from "vitest";
import { buildWeb } from "../../src/build/build-web.ts";
import { buildWorkers } from "../../src/build/build-workers.ts";
import { sourceDigests, type SourceDigests } from "../../src/build/source-digests.ts";
import { applyMigrations } from "../../src/db/apply-migrations.ts";
import { migrationsFolder, readMigrations } from "../../src/db/migration-set.ts";
import { startModelServer, type ModelServer } from "./model-server.ts";
import { query, startPostgres, type Postgres } from "./postgres.ts";
import { startProcess, type AppProcess } from "./processes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const apiKey = "a-key-of-the-tests";
export const modelKey = "the-key-of-the-model";

/**
 * Serves a Vercel function as Vercel does: the default export is called with Node's request and response; so many milliseconds late as
 * DELAY has it.
 */
const functionHost = `
  const { default: handler } = await import(process.env.FUNCTION);
  const { createServer } = await import("node:http");
  const delay = Number(process.env.DELAY ?? 0);
  const late = (...all) => (delay === 0 ? handler(...all) : setTimeout(handler, delay, ...all));
  createServer(late).listen(Number(process.env.PORT), "127.0.0.1", () => console.log('{"event":"ready"}'));
`;

/** Web and workers as a rollout deploys them, and a server for their databases: dear, so made once for all tests. */
export interface Artifacts {
  readonly folder: string;
  readonly postgres: Postgres;
  readonly digests: SourceDigests;
  readonly newestMigration: string | undefined;
  close(): Promise<void>;
}

export async function buildArtifacts(): Promise<Artifacts> {
  const folder = await mkdtemp(join(tmpdir(), "atlaris-artifacts-"));
  const [postgres, digests, migrations] = await Promise.all([
    startPostgres(),
    sourceDigests(root),
    readMigrations(migrationsFolder(root)),
    buildWorkers(root, join(folder, "workers")),
    buildWeb(root, join(folder, "web")),
    writeFile(join(folder, "host.mjs"), functionHost),
  ]);
  return {
    folder,
    postgres,
    digests,
    newestMigration: migrations.at(-1)?.name,
    close: async () => {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One database, one model, and the processes that a test starts. */
export interface Scene {
  readonly databaseUrl: string;
  readonly model: ModelServer;
  startWorker(name: "worker" | "regenerator", env?: Readonly<Record<string, string>>): Promise<AppProcess>;
  startWeb(env?: Readonly<Record<string, string>>): Promise<AppProcess>;
  /** A plan and its job, put in as the API does. */
  post(web: AppProcess): Promise<string>;
  plan(web: AppProcess, planId: string, status: string): Promise<{ modules: unknown[] }>;
  states(): Promise<readonly string[]>;
}

export const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };

export async function openScene(
  { folder, postgres }: Artifacts,
  { onTestFinished }: TestContext,
): Promise<Scene> {
  const databaseUrl = await postgres.createDatabase();
  await applyMigrations(databaseUrl, await readMigrations(migrationsFolder(root)));
  const model = await startModelServer();
  onTestFinished(() => model.close());
  const start = async (args: string[], env: Readonly<Record<string, string>>, ready: string) => {
    const started = await startProcess(args, { DATABASE_URL: databaseUrl, ...env }, ready);
    onTestFinished(async () => {
      await started.end("SIGKILL");
    });
    return started;
  };
  return {
    databaseUrl,
    model,
    startWorker: (name, env = {}) =>
      start(
        [join(folder, "workers", `${name}.mjs`)],
        { OPENAI_API_KEY: modelKey, OPENAI_BASE_URL: model.baseUrl, ...env },
        "worker_start",
      ),
    startWeb: (env = {}) =>
      start(
        [join(folder, "host.mjs")],
        { API_KEYS: apiKey, FUNCTION: join(folder, "web", "functions", "api.func", "index.mjs"), ...env },
        "ready",
      ),
    post: async (web) => {
      const response = await fetch(`${web.origin}/api/plans`, {
        method: "POST",
        headers,
        body: JSON.stringify({ topic: "Sailing", skillLevel: "intermediate" }),
      });
      expect(response.status).toBe(202);
      return ((await response.json()) as { planId: string }).planId;
    },
    plan: async (web, planId, status) => {
      return vi.waitFor(
        async () => {
          const response = await fetch(`${web.origin}/api/plans/${planId}`, { headers });
          const plan = (await response.json()) as { status: string; modules: unknown[] };
          if (plan.status !== status)
            throw new Error(`The plan is ${plan.status}, not ${status}, after 60 s`);
          return plan;
        },
        { timeout: 60_000 },
      );
    },
    states: async () =>
      (await query<{ state: string }>(databaseUrl, "SELECT state FROM pgboss.job ORDER BY created_on")).map(
        ({ state }) => state,
      ),
  };
}
