import { readFile } from "node:fs/promises";
import { Vercel } from "@vercel/sdk";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { TestCloud } from "../test-context.ts";
import { freePort, openTestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import { deploy, outputOf, settled } from "./test-output.ts";

const handler = (text: string): string =>
  `export default (request, response) => {
     const answer = () => response.end(JSON.stringify({ text: ${JSON.stringify(text)}, url: request.url,
       method: request.method, value: process.env.FROZEN ?? null, at: process.env.VERCEL_URL,
       bypassed: request.headers["x-vercel-protection-bypass"] !== undefined }));
     if (request.url === "/die") process.exit(3);
     if (request.url === "/held") globalThis.letGo = answer;
     else if (request.url === "/is-held") response.end(String(Boolean(globalThis.letGo)));
     else if (request.url === "/let-go") { globalThis.letGo(); answer(); }
     else if (request.url === "/stream") {
       response.write("first ");
       globalThis.goOn = () => response.end("second");
       response.on("close", () => { if (!response.writableEnded) console.log("client left"); });
     }
     else if (request.url === "/go-on") { globalThis.goOn(); answer(); }
     else if (request.method === "POST") request.pipe(response);
     else answer();
   };`;

interface Answer {
  text: string;
  value: string | null;
  at: string;
  url: string;
}
const ask = async (address: string): Promise<Answer> => {
  const response = await fetch(`http://${address}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};

describe("the Vercel emulator, spoken to by the vendor's client", () => {
  let cloud: TestCloud;
  let vercel: Vercel;
  let projectId: string;

  const connect = (): void => {
    vercel = new Vercel({ bearerToken: cloud.token, serverURL: cloud.origin, timeoutMs: 60_000 });
  };

  const build = async (files: Record<string, string>, target?: "production") =>
    settled(vercel, await deploy(vercel, projectId, files, target));

  beforeAll(async () => {
    cloud = await openTestCloud("vercel", open);
    connect();
    const project = await vercel.projects.createProject({ requestBody: { name: "web" } });
    projectId = project.id;
    await vercel.projects.updateProject({ idOrName: "web", requestBody: { ssoProtection: null } });
  });
  afterAll(() => cloud.close());

  it("makes a project's first deployment production's though a preview was asked for, and the second one a preview", async () => {
    await vercel.projects.updateProject({
      idOrName: projectId,
      requestBody: { autoAssignCustomDomains: false },
    });
    const first = await build(outputOf(handler("first of all")));
    const second = await build(outputOf(handler("second of all")));
    expect([first.target, second.target]).toEqual(["production", null]);
  });

  it("rejects a variable for a git branch where no repository is connected, or for the production branch", async () => {
    const add = (idOrName: string, gitBranch: string) =>
      vercel.projects.createProjectEnv({
        idOrName,
        requestBody: { key: "OF_BRANCH", value: "x", type: "sensitive", target: ["preview"], gitBranch },
      });
    await expect(add(projectId, "faster-plans")).rejects.toMatchObject({ statusCode: 400 });
    const gitRepository = { type: "github", repo: "atlaris/atlaris" } as const;
    const { id } = await vercel.projects.createProject({ requestBody: { name: "connected", gitRepository } });
    await expect(add(id, "main")).rejects.toMatchObject({ statusCode: 400 });
    expect((await add(id, "faster-plans")).failed).toEqual([]);
    await vercel.projects.deleteProject({ idOrName: id });
  });

  it("runs a prebuilt output from the upload alone, with the variables of the moment it was created", async () => {
    const added = await vercel.projects.createProjectEnv({
      idOrName: projectId,
      upsert: "true",
      requestBody: { key: "FROZEN", value: "first", type: "sensitive", target: ["preview"] },
    });
    expect(added.failed).toEqual([]);
    const first = await build(outputOf(handler("one")));
    expect(first.readyState).toBe("READY");

    await vercel.projects.createProjectEnv({
      idOrName: projectId,
      upsert: "true",
      requestBody: { key: "FROZEN", value: "second", type: "sensitive", target: ["preview"] },
    });
    const second = await build(outputOf(handler("two")));

    expect(await ask(`${first.url}/plans?x=1`)).toMatchObject({
      text: "one",
      value: "first",
      url: "/plans?x=1",
      at: first.url,
    });
    expect(await ask(second.url)).toMatchObject({ text: "two", value: "second" });
    expect(await (await fetch(`http://${first.url}/robots.txt`)).text()).toBe("User-agent: *\n");
    const posted = await fetch(`http://${first.url}/`, { method: "POST", body: "x".repeat(100_000) });
    expect((await posted.text()).length).toBe(100_000);
    expect(posted.headers.get("x-vercel-id")).toMatch(/^fra1::/);
    const { envs } = (await vercel.projects.filterProjectEnvs({ idOrName: projectId })) as {
      envs: { key: string; value: string }[];
    };
    expect(envs.map(({ key, value }) => [key, value])).toEqual([["FROZEN", ""]]);
  });

  it("runs a function in the region that its configuration names, else in iad1", async () => {
    const source = "export default (request, response) => response.end(process.env.VERCEL_REGION);";
    const plain = outputOf(source);
    const name = "functions/api.func/.vc-config.json";
    const placed = {
      ...plain,
      [name]: JSON.stringify({ ...(JSON.parse(plain[name] ?? "") as object), regions: ["fra1"] }),
    };
    for (const [output, region] of [
      [plain, "iad1"],
      [placed, "fra1"],
    ] as const) {
      const built = await build(output);
      expect(built.regions).toEqual([region]);
      expect(await (await fetch(`http://${built.url}`)).text()).toBe(region);
    }
  });

  it("switches an alias under load without a failed request, and lets those in flight end where they began", async () => {
    const before = await build(outputOf(handler("before")));
    const after = await build(outputOf(handler("after")));
    const alias = `127.0.0.1:${await freePort()}`;
    await vercel.aliases.assignAlias({ id: before.id, requestBody: { alias } });
    expect((await ask(alias)).text).toBe("before");

    const held = ask(`${alias}/held`);
    const isHeld = async (): Promise<boolean> =>
      (await (await fetch(`http://${before.url}/is-held`)).text()) === "true";
    await vi.waitUntil(isHeld, { timeout: 60_000 });
    const seen: string[] = [];
    /** Of those that were asked after the switch was answered. */
    const seenLater: string[] = [];
    let hasSwitched = false;
    let isRunning = true;
    const load = Array.from({ length: 4 }, async () => {
      while (isRunning) {
        const into = hasSwitched ? seenLater : seen;
        into.push((await ask(alias)).text);
      }
    });
    await vi.waitUntil(() => seen.length >= 8, { timeout: 60_000, interval: 1 });
    const assigned = await vercel.aliases.assignAlias({ id: after.id, requestBody: { alias } });
    hasSwitched = true;
    await vi.waitUntil(() => seenLater.length >= 16, { timeout: 60_000, interval: 1 });
    isRunning = false;
    await Promise.all(load);
    await ask(`${before.url}/let-go`);

    expect(assigned.oldDeploymentId).toBe(before.id);
    expect(seen[0]).toBe("before");
    expect(new Set(seenLater)).toEqual(new Set(["after"]));
    expect((await held).text).toBe("before");
    expect((await vercel.aliases.getAlias({ idOrAlias: alias })).deploymentId).toBe(after.id);
    const { aliases } = await vercel.aliases.listDeploymentAliases({ id: after.id });
    expect(aliases.map((each) => each.alias)).toEqual([alias]);
  });

  it("streams answers as they come, and aborts the function's request when its client has left", async () => {
    const deployment = await build(outputOf(handler("stream")));
    const response = await fetch(`http://${deployment.url}/stream`);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("first ");
    await fetch(`http://${deployment.url}/go-on`);
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("second");
    expect((await reader?.read())?.done).toBe(true);

    const leaving = new AbortController();
    await fetch(`http://${deployment.url}/stream`, { signal: leaving.signal });
    leaving.abort();
    const log = `${cloud.context.home.logsFolder}/vercel-${deployment.id}-api.log`;
    await expect.poll(() => readFile(log, "utf8")).toContain("client left");
  });

  it("answers a bad output and a function that dies at its start as an error of the deployment", async () => {
    const withoutConfig = outputOf(handler("x"));
    delete withoutConfig["functions/api.func/.vc-config.json"];
    const broken = outputOf('throw new Error("no database " + process.env.FROZEN)');
    const [first, second] = [await build(withoutConfig), await build(broken)];
    expect(first).toMatchObject({ readyState: "ERROR", errorCode: "BUILD_FAILED" });
    expect(first).toHaveProperty("errorMessage", "functions/api.func/.vc-config.json is missing");
    expect(second).toHaveProperty(
      "errorMessage",
      "the function ended while it started (exit 1): Error: no database ***",
    );
    await expect(
      vercel.aliases.assignAlias({ id: second.id, requestBody: { alias: "x.vercel.app" } }),
    ).rejects.toMatchObject({ statusCode: 400 });
  });

  it("starts a live function again when it dies, and comes back on the same ports after a stop", async () => {
    const deployment = await build(outputOf(handler("lasting")));
    const alias = `127.0.0.1:${await freePort()}`;
    await vercel.aliases.assignAlias({ id: deployment.id, requestBody: { alias } });
    expect((await fetch(`http://${alias}/die`)).status).toBe(500);
    expect((await ask(alias)).text).toBe("lasting");

    const logged = await readFile(`${cloud.context.home.logsFolder}/vercel-${deployment.id}-api.log`, "utf8");
    expect(logged).toBe("");
    cloud = await cloud.reopen();
    connect();
    expect((await ask(alias)).text).toBe("lasting");
    expect(await ask(deployment.url)).toMatchObject({ text: "lasting", value: "second" });
    const { deployments } = await vercel.deployments.getDeployments({ projectId, state: "READY", limit: 2 });
    expect(deployments[0]).toMatchObject({
      uid: deployment.id,
      readyState: "READY",
      meta: { source: "test" },
    });
  });

  it("moves production by promote and rollback, and assigns nothing automatically after a rollback", async () => {
    await vercel.projects.updateProject({
      idOrName: projectId,
      requestBody: { autoAssignCustomDomains: false },
    });
    const [first, second] = [
      await build(outputOf(handler("p1")), "production"),
      await build(outputOf(handler("p2")), "production"),
    ];
    await expect(vercel.aliases.getAlias({ idOrAlias: "web.vercel.app" })).rejects.toMatchObject({
      statusCode: 404,
    });
    await expect(
      vercel.projects.requestRollback({ projectId, deploymentId: first.id }),
    ).rejects.toMatchObject({ statusCode: 422 });
    await vercel.projects.requestPromote({ projectId, deploymentId: first.id });
    await vercel.projects.requestPromote({ projectId, deploymentId: second.id });
    await expect(
      vercel.projects.requestPromote({ projectId, deploymentId: second.id }),
    ).rejects.toMatchObject({ statusCode: 409 });
    await vercel.projects.requestRollback({ projectId, deploymentId: first.id });
    await vercel.projects.updateProject({
      idOrName: projectId,
      requestBody: { autoAssignCustomDomains: true },
    });
    await build(outputOf(handler("p3")), "production");

    const live = await vercel.aliases.getAlias({ idOrAlias: "web.vercel.app" });
    expect(live.deploymentId).toBe(first.id);
    const project = await vercel.projects.getProject({ idOrName: "web" });
    expect(project.lastAliasRequest).toMatchObject({ type: "rollback", toDeploymentId: first.id });
  });

  it("refuses a wrong token, unknown fields, missing files and a second variable of one name in the vendor's form", async () => {
    const post = async (path: string, body: unknown, token = cloud.token): Promise<[number, unknown]> => {
      const response = await fetch(`${cloud.origin}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      return [response.status, await response.json()];
    };
    expect(await post("/v11/projects", {}, "wrong")).toEqual([
      403,
      { error: { code: "forbidden", message: "Not authorized", invalidToken: true } },
    ]);
    expect(await post("/v11/projects", { name: "other", nmae: 1 })).toEqual([
      400,
      {
        error: {
          code: "bad_request",
          message: "Invalid request: should NOT have additional property `nmae`.",
        },
      },
    ]);
    const sha = "0".repeat(40);
    expect(await post("/v13/deployments", { name: "web", files: [{ file: "a", sha, size: 1 }] })).toEqual([
      400,
      { error: { code: "missing_files", message: "Missing files", missing: [sha] } },
    ]);
    const variable = { key: "FROZEN", value: "x", type: "encrypted", target: ["preview"] };
    expect(await post(`/v10/projects/${projectId}/env`, variable)).toMatchObject([
      400,
      { error: { code: "ENV_CONFLICT", envVarKey: "FROZEN" } },
    ]);
  });
});
