import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestCloud, type TestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import { outputOf } from "./test-output.ts";

const handler = 'export default (request, response) => response.end("one");';
const team = "teamId=team_sandbox";

/**
 * The requests that `vercel` 64.0.2 was seen to send with `--api`, VERCEL_ORG_ID and VERCEL_PROJECT_ID. `vercel logs` asks
 * POST /v1/observability/events, which no document has, and is left out.
 */
describe("what the vercel CLI asks", () => {
  let cloud: TestCloud;
  let project: string;

  beforeAll(async () => {
    cloud = await openTestCloud("vercel", open);
    project = String((await json("POST", `/v11/projects?${team}`, { name: "web" }))["id"]);
  });
  afterAll(() => cloud.close());

  const call = async (method: string, path: string, body?: unknown): Promise<[number, string]> => {
    const response = await fetch(`${cloud.origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${cloud.token}` },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return [response.status, await response.text()];
  };
  const json = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const [status, text] = await call(method, path, body);
    expect(`${method} ${path} ${String(status)}`).toMatch(/ 20[01]$/);
    return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  };

  /** `vercel deploy --prebuilt --prod`: asks for what is missing, uploads it, follows the build. */
  const deploy = async (): Promise<string> => {
    const files = Object.entries(outputOf(handler)).map(([path, content]) => ({
      content,
      entry: {
        file: `.vercel/output/${path}`,
        size: Buffer.byteLength(content),
        mode: 33188,
        sha: createHash("sha1").update(content).digest("hex"),
      },
    }));
    const body = {
      env: {},
      build: { env: {} },
      name: "web",
      project,
      meta: {},
      target: "production",
      projectSettings: { sourceFilesOutsideRootDirectory: true, rootDirectory: null },
      source: "cli",
      version: 2,
      files: files.map(({ entry }) => entry),
    };
    const path = `/v13/deployments?${team}&skipAutoDetectionConfirmation=1&prebuilt=1`;
    const [status, answer] = await call("POST", path, body);
    let made = status === 200 ? (JSON.parse(answer) as Record<string, unknown>) : undefined;
    if (!made) {
      const { missing } = (JSON.parse(answer) as { error: { missing: string[] } }).error;
      for (const { content, entry } of files)
        if (missing.includes(entry.sha))
          await fetch(`${cloud.origin}/v2/files?${team}`, {
            method: "POST",
            headers: { authorization: `Bearer ${cloud.token}`, "x-now-digest": entry.sha },
            body: content,
          });
      made = await json("POST", path, body);
    }
    const id = String(made["id"]);
    const query = `direction=forward&follow=1&format=lines&${team}`;
    const [, lines] = await call("GET", `/v3/now/deployments/${id}/events?${query}`);
    const texts = lines.split("\n").slice(0, -1);
    expect(texts.map((line) => (JSON.parse(line) as { text: string }).text)).toEqual([
      "Using prebuilt build artifacts...",
      "Deployment completed",
    ]);
    expect(await json("GET", `/v13/deployments/${id}?${team}`)).toMatchObject({ readyState: "READY" });
    // It takes the production alias after it is ready, and a promote of what has that already is refused.
    await expect
      .poll(() => json("GET", `/v9/projects/${project}?${team}`))
      .toMatchObject({ targets: { production: { id } } });
    return id;
  };

  it("is answered for whoami, teams ls, ls, deploy, inspect, promote, rollback and alias ls", async () => {
    expect(await json("GET", "/v2/user")).toMatchObject({ user: { username: "sandbox" } });
    expect(await json("GET", "/teams/team_sandbox")).toMatchObject({ id: "team_sandbox" });
    for (const version of ["v1", "v2"])
      expect(await json("GET", `/${version}/teams?limit=20`)).toMatchObject({
        teams: [{ id: "team_sandbox" }],
      });
    const [first, second] = [await deploy(), await deploy()];
    const listed = await json("GET", `/v6/deployments?limit=20&projectId=${project}&${team}`);
    expect((listed["deployments"] as { uid: string }[]).map(({ uid }) => uid)).toEqual([second, first]);
    expect(await json("GET", `/v11/deployments/${first}/builds`)).toEqual({ builds: [] });

    const last = async (): Promise<unknown> =>
      (await json("GET", `/v9/projects/${project}?rollbackInfo=true&${team}`))["lastAliasRequest"];
    for (const id of [first, second]) await json("POST", `/v10/projects/${project}/promote/${id}`, {});
    expect(await last()).toMatchObject({
      type: "promote",
      jobStatus: "succeeded",
      toDeploymentId: second,
    });
    await json("POST", `/v9/projects/${project}/rollback/${first}`, {});
    expect(await last()).toMatchObject({ type: "rollback", fromDeploymentId: second, toDeploymentId: first });
    expect(await json("GET", "/v3/now/aliases?limit=20")).toMatchObject({
      aliases: [{ alias: "web.vercel.app", deploymentId: first }],
    });
  });

  it("is answered for env add, ls and rm", async () => {
    const variables = `/v10/projects/${project}/env`;
    const list = async (): Promise<unknown> => (await json("GET", `${variables}?source=vercel-cli`))["envs"];
    expect(await json("GET", `/projects/${project}/custom-environments?${team}`)).toMatchObject({
      environments: [],
    });
    const variable = {
      type: "sensitive",
      key: "X",
      value: "1",
      target: ["production"],
      visibility: "secret",
    };
    const { created } = (await json("POST", `${variables}?${team}`, variable)) as { created: { id: string } };
    expect(await list()).toMatchObject([{ key: "X", value: "" }]);
    await json("DELETE", `${variables}/${created.id}?${team}`);
    expect(await list()).toEqual([]);
  });
});
