import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { buildWorkers } from "../../src/build/build-workers.ts";
import { applyMigrations } from "../../src/db/apply-migrations.ts";
import { migrationsFolder, readMigrations } from "../../src/db/migration-set.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { configOf } from "../../stacks/release/composition.ts";
import { environments } from "../../stacks/environments.ts";
import { application } from "../../rollout.config.ts";
import { startProcess } from "./processes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const files = readdirSync(root)
  .filter((name) => /^fly\..+\.toml$/.test(name))
  .sort();

const check = z.object({
  type: z.literal("http"),
  processes: z.array(z.string()),
  port: z.number(),
  method: z.string(),
  path: z.string(),
  interval: z.string(),
  timeout: z.string(),
  grace_period: z.string(),
});
/** What the workers need of their fly config; every field that is named here is tried below. */
const config = z.object({
  app: z.string(),
  primary_region: z.string(),
  kill_signal: z.enum(["SIGTERM", "SIGINT"]),
  kill_timeout: z.string(),
  build: z.object({ dockerfile: z.string() }),
  env: z.record(z.string(), z.string()),
  processes: z.record(z.string(), z.string()),
  checks: z.record(z.string(), check),
  metrics: z.object({ port: z.number(), path: z.string() }),
  restart: z.array(z.object({ policy: z.literal("always"), processes: z.array(z.string()) })),
  vm: z.array(
    z.object({ processes: z.array(z.string()), cpu_kind: z.string(), cpus: z.number(), memory: z.string() }),
  ),
});

/** As `src/settings.ts` has it by default. */
const shutdownGraceSeconds = 20;
const seconds = (text: string): number => Number(/^(\d+)s$/.exec(text)?.[1]);

let postgres: Postgres;
let folder: string;
let databaseUrl: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atlaris-fly-configs-"));
  [postgres] = await Promise.all([startPostgres(), buildWorkers(root, folder)]);
  databaseUrl = await postgres.createDatabase();
  await applyMigrations(databaseUrl, await readMigrations(migrationsFolder(root)));
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

it("there is a config for each worker in each environment", () => {
  const kinds = Object.values(environments);
  expect(files).toEqual(
    kinds.flatMap((kind) => Object.keys(application.workers).map((name) => configOf(kind, name))).sort(),
  );
});

it("no two configs name the same app, and none of staging names one of production's", () => {
  const apps = files.map((file) => config.parse(parse(readFileSync(join(root, file), "utf8"))).app);
  expect(new Set(apps).size, apps.join(", ")).toBe(files.length);
});

describe.each(files)("%s", (file) => {
  const fly = config.parse(parse(readFileSync(join(root, file), "utf8")));
  const [group, command] = Object.entries(fly.processes)[0] ?? ["", ""];

  it("names a Dockerfile whose files are there, and a program that is built into its image", () => {
    const lines = readFileSync(join(root, fly.build.dockerfile), "utf8").split("\n");
    const copied = lines
      .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(copied.length).toBeGreaterThan(0);
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(lines).toContain("COPY --from=build /build/dist/workers/ ./");
    const [program, bundle = ""] = command.split(" ");
    expect(program).toBe("node");
    expect(existsSync(join(folder, bundle)), `${bundle} is built`).toBe(true);
  });

  it("speaks of its one process group everywhere, and of one port", () => {
    expect(Object.keys(fly.processes)).toHaveLength(1);
    const checks = Object.values(fly.checks);
    const sections = [...checks, ...fly.restart, ...fly.vm];
    for (const section of sections) expect(section.processes).toEqual([group]);
    const ports = [fly.env["PORT"], String(fly.metrics.port), ...checks.map((each) => String(each.port))];
    expect(new Set(ports).size).toBe(1);
    // The checks come from outside the machine.
    expect(fly.env["HOST"]).toBe("0.0.0.0");
  });

  it("is one size of machine, with a heap that leaves a quarter of its memory", () => {
    expect(fly.vm).toHaveLength(1);
    const [, amount, unit] = /^(\d+)(mb|gb)$/.exec(fly.vm[0]?.memory ?? "") ?? [];
    const heap = Number(/--max-old-space-size=(\d+)/.exec(fly.env["NODE_OPTIONS"] ?? "")?.[1]);
    expect(heap).toBeLessThanOrEqual(Number(amount) * (unit === "gb" ? 1024 : 1) * 0.75);
  });

  it("gives the program longer to end than the program gives its jobs", () => {
    const grace = Number(fly.env["SHUTDOWN_GRACE_SECONDS"] ?? shutdownGraceSeconds);
    // No more than 300 s (superfly/docs, reference/configuration, kill_timeout).
    expect(seconds(fly.kill_timeout)).toBeGreaterThan(grace + 5);
    expect(seconds(fly.kill_timeout)).toBeLessThanOrEqual(300);
  });

  it("starts with its command, answers its check and its metrics, and stops on its signal", async () => {
    const [, bundle = ""] = command.split(" ");
    const program = await startProcess(
      [join(folder, bundle)],
      { ...fly.env, HOST: "127.0.0.1", DATABASE_URL: databaseUrl, OPENAI_API_KEY: "a-key-of-the-tests" },
      "worker_start",
    );
    for (const { path, method, timeout } of Object.values(fly.checks)) {
      const signal = AbortSignal.timeout(seconds(timeout) * 1000);
      const answer = await fetch(program.origin + path, { method, signal });
      expect(answer.status, path).toBe(200);
    }
    const metrics = await fetch(program.origin + fly.metrics.path);
    expect(await metrics.text()).toContain("# TYPE");
    // As Fly does it: a process that has not ended by then is killed, and has no exit code.
    AbortSignal.timeout(seconds(fly.kill_timeout) * 1000).addEventListener("abort", () =>
      program.signal("SIGKILL"),
    );
    expect(await program.end(fly.kill_signal)).toEqual({ code: 0, signal: null });
  });
});
