import { existsSync } from "node:fs";
import { appendFile, cp, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { buildWeb } from "../../src/build/build-web.ts";
import { buildWorkers } from "../../src/build/build-workers.ts";
import { bundle } from "../../src/build/bundle.ts";
import { sourceDigests, type SourceDigests } from "../../src/build/source-digests.ts";
import { workerSettings } from "../../src/settings.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

let folder: string;
let copy: string;
let digests: SourceDigests;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atlaris-builds-"));
  copy = join(folder, "a checkout elsewhere");
  await cp(join(root, "src"), join(copy, "src"), { recursive: true });
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  digests = await sourceDigests(root);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the same sources have the same digests wherever the checkout is, and no path of the machine is built in", async () => {
  expect(await sourceDigests(copy)).toEqual(digests);
  const {
    worker: { code },
  } = await bundle(copy, ["worker"]);
  expect(code).not.toContain(folder);
  expect(code).not.toContain(root);
});

test("what changes one worker changes its digest alone; comments and documents change none", async () => {
  await appendFile(join(copy, "src", "workers", "entries", "worker.ts"), "\n// Only a remark.\n");
  await appendFile(join(copy, "src", "README.md"), "Only a document.\n");
  expect(await sourceDigests(copy)).toEqual(digests);

  await appendFile(
    join(copy, "src", "workers", "entries", "regenerator.ts"),
    '\nprocess.title = "changed";\n',
  );
  const changed = await sourceDigests(copy);
  expect(changed).toEqual({ ...digests, regenerator: changed["regenerator"] });
  expect(changed["regenerator"]).not.toBe(digests["regenerator"]);
});

test("the web is built as Vercel's Build Output, with its digest", async () => {
  const out = join(folder, "output");
  expect((await buildWeb(root, out)).map(({ digest }) => digest)).toEqual([digests["web"]]);
  const json = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(out, file), "utf8"));
  expect(await json("config.json")).toMatchObject({ version: 3 });
  expect(await json("functions/api.func/.vc-config.json")).toMatchObject({
    runtime: "nodejs22.x",
    handler: "index.mjs",
    launcherType: "Nodejs",
    shouldAddHelpers: false,
  });
  const routes = z
    .object({ routes: z.array(z.object({ src: z.string(), dest: z.string() })) })
    .parse(await json("config.json")).routes;
  const route = (path: string): string | undefined =>
    routes.find(({ src }) => new RegExp(`^${src}$`).test(path))?.dest;
  expect([route("/api/plans/1"), route("/api"), route("/apifoo"), route("/")]).toEqual([
    "/api",
    "/api",
    undefined,
    "/api",
  ]);
  expect(await readFile(join(out, "functions/api.func/index.mjs"), "utf8")).toContain(digests["web"]);
});

const flySchema = z.object({
  app: z.string(),
  primary_region: z.string(),
  kill_signal: z.literal("SIGTERM"),
  kill_timeout: z.string().regex(/^\d+s$/),
  build: z.object({ dockerfile: z.string() }),
  env: z.record(z.string(), z.string()),
  processes: z.record(z.string(), z.string()),
  deploy: z.object({ strategy: z.string(), wait_timeout: z.string() }),
  checks: z.object({
    health: z.object({
      type: z.literal("http"),
      processes: z.array(z.string()),
      port: z.int(),
      method: z.literal("GET"),
      path: z.string(),
      interval: z.string(),
      timeout: z.string(),
      grace_period: z.string(),
    }),
  }),
  metrics: z.object({ port: z.int(), path: z.string() }),
  restart: z.tuple([z.object({ policy: z.literal("always"), processes: z.array(z.string()) })]),
  vm: z.tuple([
    z.object({
      processes: z.array(z.string()),
      cpu_kind: z.string(),
      cpus: z.int(),
      memory: z.string(),
    }),
  ]),
});

test.each(["fly.staging.worker.toml", "fly.staging.regenerator.toml"])(
  "%s starts what the image holds, and asks where the worker answers",
  async (file) => {
    const fly = flySchema.parse(parse(await readFile(join(root, file), "utf8")));

    const built = join(folder, "workers");
    await buildWorkers(root, built);
    const [[name, command] = ["", ""]] = Object.entries(fly.processes);
    expect((await readdir(built)).map((each) => `node ${each}`)).toContain(command);
    for (const names of [fly.checks.health.processes, fly.restart[0].processes, fly.vm[0].processes]) {
      expect(names).toEqual([name]);
    }

    const settings = workerSettings({
      ...fly.env,
      DATABASE_URL: "postgresql://user:password@127.0.0.1/atlaris",
      OPENAI_API_KEY: "key",
    });
    expect([fly.checks.health.port, fly.metrics.port]).toEqual([settings.port, settings.port]);
    expect(settings.host).toBe("0.0.0.0");
    expect([fly.checks.health.path, fly.metrics.path]).toEqual(["/health", "/metrics"]);
    // 8 s for giving jobs back and closing, as in run-worker.ts.
    expect(Number.parseInt(fly.kill_timeout)).toBeGreaterThanOrEqual(settings.shutdownGraceSeconds + 8);
  },
);

test("the image is built from files that exist, and nothing else reaches its context", async () => {
  const dockerfile = await readFile(join(root, "Dockerfile.worker"), "utf8");
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = ""]) =>
    sources.split(" "),
  );
  const allowed = (await readFile(join(root, ".dockerignore"), "utf8"))
    .split("\n")
    .filter((line) => line.startsWith("!"))
    .map((line) => line.slice(1));
  const packageJson = z
    .object({ workspaces: z.array(z.string()) })
    .parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  expect(copied).toEqual(
    expect.arrayContaining(packageJson.workspaces.map((each) => `${each}/package.json`)),
  );
  expect(
    copied.filter((each) => !allowed.some((path) => each === path || each.startsWith(`${path}/`))),
  ).toEqual([]);
  expect(copied.filter((each) => !existsSync(join(root, each)))).toEqual([]);
  expect(dockerfile.match(/^(\w+)/gm)?.filter((word) => /^[A-Z]+$/.test(word))).toEqual(
    expect.not.arrayContaining(["ADD", "SHELL", "HEALTHCHECK", "ENTRYPOINT"]),
  );
});
