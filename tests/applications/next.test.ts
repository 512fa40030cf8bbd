import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Vercel } from "@vercel/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestCloud, type TestCloud } from "../../sandbox/cloud/test-context.ts";
import { open } from "../../sandbox/cloud/vercel/index.ts";
import { settled } from "../../sandbox/cloud/vercel/test-output.ts";
import { installClient, installPackages, unreachableRegistry } from "../clients/install-client.ts";
import { linkTree } from "../run/installed-packages.ts";

/**
 * A web application of Next.js, built by the vercel CLI as in Vercel's own builds, and deployed to the Vercel emulator as the
 * rollout does, and by that CLI.
 */
const application = join(import.meta.dirname, "next");
const team = "team_catalogue";
const sourceDigest = "d1ge57";

let unreachable: string | undefined;
let project: string;
/** Home of the CLI's user. */
let home: string;
let cloud: TestCloud;
let cli: (...words: readonly string[]) => Promise<string>;
let vercel: Vercel;
let projectId: string;

beforeAll(async () => {
  [project, home] = [
    mkdtempSync(join(tmpdir(), "catalogue-")),
    mkdtempSync(join(tmpdir(), "catalogue-home-")),
  ];
  const installed = await Promise.all([installPackages(application), installClient("vercel")]).catch(
    (error: unknown) => {
      unreachable = unreachableRegistry(error);
      if (unreachable === undefined) throw error;
      return undefined;
    },
  );
  if (!installed) return;
  const [packages, commands] = installed;
  cpSync(application, project, { recursive: true });
  // Within the project, whose files alone a function may name.
  linkTree(packages, join(project, "node_modules"));
  cloud = await openTestCloud("vercel", open);
  vercel = new Vercel({ bearerToken: cloud.token, serverURL: cloud.origin });
  const made = await vercel.projects.createProject({ teamId: team, requestBody: { name: "catalogue" } });
  projectId = made.id;
  const ofProject = { idOrName: projectId, teamId: team };
  await vercel.projects.updateProject({ ...ofProject, requestBody: { ssoProtection: null } });
  const target = ["preview" as const, "production" as const];
  const greeting = { key: "GREETING", value: "a greeting", type: "sensitive" as const, target };
  await vercel.projects.createProjectEnv({ ...ofProject, requestBody: greeting });
  writeFileSync(join(home, "auth.json"), JSON.stringify({ token: cloud.token }));
  writeFileSync(join(home, "config.json"), "{}");
  cli = async (...words) => {
    const { stdout, stderr } = await promisify(execFile)(
      join(commands, "vercel"),
      ["--global-config", home, ...words],
      {
        cwd: project,
        timeout: 120_000,
        env: {
          ...{ PATH: process.env["PATH"], HOME: home, CI: "true", NO_COLOR: "1", NO_UPDATE_NOTIFIER: "1" },
          ...{ VERCEL_TELEMETRY_DISABLED: "1", NEXT_TELEMETRY_DISABLED: "1" },
          ...{ VERCEL_ORG_ID: team, VERCEL_PROJECT_ID: projectId, ROLLOUT_SOURCE_DIGEST: sourceDigest },
        },
      },
    );
    return stdout + stderr;
  };
  mkdirSync(join(project, ".vercel"));
  const settings = { framework: "nextjs", nodeVersion: "24.x", installCommand: "true" };
  writeFileSync(
    join(project, ".vercel", "project.json"),
    JSON.stringify({ projectId, orgId: team, settings }),
  );
  await cli("build", "--yes");
}, 600_000);
afterAll(async () => {
  await (cloud as TestCloud | undefined)?.close();
  for (const folder of [project, home]) rmSync(folder, { recursive: true, force: true });
});
beforeEach((context) => {
  if (unreachable !== undefined) context.skip(unreachable);
});

/** As a rollout does it. */
async function deployByTool(): Promise<string> {
  const program = join(import.meta.dirname, "deploy-output.mts");
  const tsx = import.meta.resolve("tsx");
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", tsx, program], {
    cwd: project,
    env: {
      ...{ PATH: process.env["PATH"], VERCEL_API_URL: cloud.origin, VERCEL_API_TOKEN: cloud.token },
      ...{ VERCEL_ORG_ID: team, VERCEL_PROJECT_ID: projectId },
    },
  });
  return stdout.trim();
}

async function deployByCli(): Promise<string> {
  await cli("deploy", "--prebuilt", "--yes", "--api", cloud.origin);
  const { deployments } = await vercel.deployments.getDeployments({ projectId, teamId: team, limit: 1 });
  return deployments[0]?.uid ?? "";
}

describe.each([
  ["the rollout", deployByTool],
  ["the vercel CLI", deployByCli],
])("a web application of Next.js, deployed by %s", { timeout: 300_000 }, (_who, deploy) => {
  let address: string;

  beforeAll(async () => {
    if (unreachable !== undefined) return;
    const built = await settled(vercel, await deploy());
    expect(built.readyState, built.errorMessage ?? "").toBe("READY");
    address = `http://${built.url}`;
  }, 300_000);

  const get = async (path: string, options: RequestInit = {}) => {
    const answer = await fetch(`${address}${path}`, { redirect: "manual", ...options });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };

  it("answers its static page and the scripts of it", async () => {
    const page = await get("/");
    expect([page.status, page.headers.get("content-type")]).toEqual([
      200,
      expect.stringContaining("text/html"),
    ]);
    expect(page.text).toContain("<h1>A static page</h1>");
    const [script = ""] = /\/_next\/static\/chunks\/[\w.~-]+\.js/.exec(page.text) ?? [];
    const loaded = await get(script);
    expect([loaded.status, loaded.headers.get("cache-control")]).toEqual([
      200,
      "public,max-age=31536000,immutable",
    ]);
    expect((await get("/_next/static/chunks/none.js")).status).toBe(404);
    const nowhere = await get("/nowhere");
    expect([nowhere.status, nowhere.text.includes("could not be found")]).toEqual([404, true]);
    const withSlash = await get("/rendered/");
    expect([withSlash.status, withSlash.headers.get("location")]).toEqual([308, "/rendered"]);
  });

  it("renders pages for a request, with its query, its parameters and the project's variables", async () => {
    expect((await get("/rendered?name=Ada")).text).toContain("Rendered for Ada with a greeting");
    expect((await get("/rendered")).text).toContain("Rendered for nobody with a greeting");
    expect((await get("/item/7")).text).toContain("Item 7");
    // What the browser asks for when it changes the page.
    const part = await get("/rendered?_rsc=1", { headers: { rsc: "1" } });
    expect(part.headers.get("content-type")).toContain("text/x-component");
  });

  it("answers by its API, with the digest that the build was given", async () => {
    const health = await get("/api/health");
    expect(JSON.parse(health.text)).toEqual({ status: "ok", sourceDigest });
    const posted = await get("/api/health", { method: "POST", body: '{"a":[1]}' });
    expect(JSON.parse(posted.text)).toEqual({ received: { a: [1] } });
  });

  it("passes its middleware, which adds a header, redirects, and writes another path", async () => {
    expect((await get("/rendered")).headers.get("x-proxied")).toBe("yes");
    expect((await get("/")).headers.get("x-proxied")).toBeNull();
    const old = await get("/old");
    expect([old.status, new URL(old.headers.get("location") ?? "", address).pathname]).toEqual([307, "/"]);
    expect((await get("/alias")).text).toContain("Item alias");
  });

  it("keeps the pages that were made before, and makes them again when they are too old", async () => {
    const first = await get("/timed");
    const made = (text: string): number => Number(/Made at (\d+)/.exec(text)?.[1]);
    await expect.poll(async () => made((await get("/timed")).text)).toBeGreaterThan(made(first.text));
    expect((await get("/leaf/first")).headers.get("x-vercel-cache")).toBe("PRERENDER");
    const leaf = await get("/leaf/second");
    expect([leaf.headers.get("x-vercel-cache"), leaf.text.includes("Leaf second")]).toEqual(["MISS", true]);
    const again = await get("/leaf/second");
    expect([again.headers.get("x-vercel-cache"), again.text]).toEqual(["HIT", leaf.text]);
  });
});
