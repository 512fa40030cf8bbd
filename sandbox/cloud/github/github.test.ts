import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Octokit } from "@octokit/rest";
import sodium from "libsodium-wrappers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestCloud } from "../test-context.ts";
import { openTestCloud } from "../test-context.ts";
import { open } from "./index.ts";
import type { GithubState } from "./state.ts";
import { at, connect, pushedCommit } from "./test-client.ts";

describe("the GitHub emulator, spoken to by Octokit", () => {
  let cloud: TestCloud;
  let octokit: Octokit;

  const seal = async (key: string, value: string): Promise<string> => {
    await sodium.ready;
    const sealed = sodium.crypto_box_seal(value, new Uint8Array(Buffer.from(key, "base64")));
    return Buffer.from(sealed).toString("base64");
  };
  const stored = async (): Promise<GithubState> =>
    JSON.parse(await readFile(join(cloud.context.dataFolder, "state.json"), "utf8")) as GithubState;

  beforeAll(async () => {
    cloud = await openTestCloud("github", open);
    octokit = connect(cloud);
  });
  afterAll(() => cloud.close());

  it("opens sealed secrets of repositories and environments, and never gives a value back", async () => {
    const { data: key } = await octokit.actions.getRepoPublicKey(at);
    const put = async (value: string): Promise<number> => {
      const { status } = await octokit.actions.createOrUpdateRepoSecret({
        ...at,
        secret_name: "fly_api_token",
        encrypted_value: await seal(key.key, value),
        key_id: key.key_id,
      });
      return status;
    };
    expect([await put("first"), await put("second ✓")]).toEqual([201, 204]);
    const { data: secret } = await octokit.actions.getRepoSecret({ ...at, secret_name: "FLY_API_TOKEN" });
    expect(Object.keys(secret).sort()).toEqual(["created_at", "name", "updated_at"]);
    const { data: list } = await octokit.actions.listRepoSecrets(at);
    expect(list.secrets.map(({ name }) => name)).toEqual(["FLY_API_TOKEN"]);

    const environment = { ...at, environment_name: "staging" };
    await expect(octokit.actions.getEnvironmentPublicKey(environment)).rejects.toMatchObject({ status: 404 });
    await octokit.repos.createOrUpdateEnvironment({ ...environment, wait_timer: 5 });
    const { data: ownKey } = await octokit.actions.getEnvironmentPublicKey(environment);
    await octokit.actions.createOrUpdateEnvironmentSecret({
      ...environment,
      secret_name: "DATABASE_URL",
      encrypted_value: await seal(ownKey.key, "postgres://"),
      key_id: ownKey.key_id,
    });

    const repository = (await stored()).repositories["atlaris/app"];
    expect(repository?.secrets["FLY_API_TOKEN"]?.value).toBe("second ✓");
    expect(repository?.environments["staging"]?.secrets["DATABASE_URL"]?.value).toBe("postgres://");
    expect((await stat(join(cloud.context.dataFolder, "state.json"))).mode & 0o777).toBe(0o600);

    await expect(
      octokit.actions.createOrUpdateRepoSecret({
        ...at,
        secret_name: "X",
        encrypted_value: await seal(ownKey.key, "sealed for another key"),
        key_id: key.key_id,
      }),
    ).rejects.toMatchObject({ status: 422 });
    await octokit.actions.deleteRepoSecret({ ...at, secret_name: "FLY_API_TOKEN" });
    await expect(
      octokit.actions.getRepoSecret({ ...at, secret_name: "FLY_API_TOKEN" }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it("lists the self-hosted runners that were registered", async () => {
    const tell = (name: string, status: string): Promise<Response> =>
      fetch(`${cloud.origin}/_sandbox/runners/atlaris/app/${name}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${cloud.token}` },
        body: JSON.stringify({ status, labels: ["production", name] }),
      });
    await tell("primary", "online");
    await tell("secondary", "online");
    await tell("primary", "offline");
    const { data } = await octokit.actions.listSelfHostedRunnersForRepo(at);
    const told = data.runners.map(({ name, status }) => `${name} ${status}`).sort();
    expect(told).toEqual(["primary offline", "secondary online"]);
    expect(data.runners[0]?.labels.map(({ name }) => name)).toContain("self-hosted");
  });

  it("answers under /api/v3 as well, and keeps everything over a stop", async () => {
    const sha = pushedCommit("kept");
    await connect(cloud, "/api/v3").repos.createCommitStatus({ ...at, sha, state: "error", context: "kept" });
    cloud = await cloud.reopen();
    octokit = connect(cloud);
    const { data: combined } = await octokit.repos.getCombinedStatusForRef({ ...at, ref: sha });
    expect(combined.statuses.map(({ context }) => context)).toEqual(["kept"]);
    const { data: repository } = await connect(cloud, "/api/v3").repos.get(at);
    expect(repository.url).toBe(`${cloud.origin}/api/v3/repos/atlaris/app`);
  });

  it("refuses a wrong token and an unknown field in the vendor's form, and returns the rate limit", async () => {
    const wrong = connect({ ...cloud, token: "wrong" });
    await expect(wrong.repos.get(at)).rejects.toMatchObject({
      status: 401,
      response: { data: { message: "Bad credentials", status: "401" } },
    });
    await expect(
      octokit.request("POST /repos/{owner}/{repo}/statuses/{sha}", {
        ...at,
        sha: pushedCommit("x"),
        state: "success",
        contxt: "typo",
      }),
    ).rejects.toMatchObject({
      status: 422,
      response: { data: { message: 'Invalid request.\n\n"contxt" is not a permitted key.' } },
    });
    const { headers } = await octokit.repos.get(at);
    expect(headers["x-ratelimit-limit"]).toBe("5000");
  });
});
