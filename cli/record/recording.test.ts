import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openFly } from "@rollout/infra/fly/client";
import { openGitHub } from "@rollout/infra/github/client";
import { openRailway } from "@rollout/infra/railway/client";
import { readCloudAccess } from "@rollout/infra/shared/cloud-access";
import { useTestApi } from "../../infra/shared/test-api.ts";
import type { Session } from "../command.ts";
import { addressAt } from "./recording-proxy.ts";
import { recording } from "./recording.ts";

const { access } = useTestApi(({ url }) => {
  if (url.startsWith("/repos/o/r/branches?") && !url.includes("page=2"))
    return {
      status: 200,
      body: [{ name: "main" }],
      headers: { link: `<${access.baseUrl}/repos/o/r/branches?per_page=1&page=2>; rel="next"` },
    };
  if (url.startsWith("/repos/o/r/branches")) return { status: 200, body: [{ name: "prod" }] };
  if (url === "/graphql/v2") return { status: 200, body: { data: { upsert: true } } };
  return { status: 200, body: { name: "shop", role: { password: "npg_0123456789ab" } } };
});
let folder = "";
let said = "";
let session: Session;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shop-recording-"));
  said = "";
  const token = "t0ken-0123456789";
  session = {
    checkout: folder,
    environment: {
      ...{ NEON_API_KEY: token, FLY_ACCESS_TOKEN: token, VERCEL_API_TOKEN: token, GITHUB_TOKEN: token },
      ...{ NEON_API_HOST: `${access.baseUrl}/api/v2`, FLY_FLAPS_BASE_URL: access.baseUrl },
      ...{ FLY_API_BASE_URL: access.baseUrl, VERCEL_API_URL: access.baseUrl },
      ...{ RAILWAY_API_TOKEN: token, RAILWAY_API_URL: access.baseUrl },
      ...{ GITHUB_API_URL: access.baseUrl, GITHUB_BASE_URL: `${access.baseUrl}/` },
    },
    out: process.stdout,
    err: { write: (text: string) => (said += text) } as unknown as NodeJS.WriteStream,
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Har {
  readonly log: {
    readonly entries: readonly {
      readonly _cloud: string;
      readonly request: {
        readonly method: string;
        readonly url: string;
        readonly headers: readonly unknown[];
      };
      readonly response: { readonly status: number; readonly content: { readonly text?: string } };
    }[];
  };
}

describe("the address that a call is passed on to", () => {
  it.each([
    ["https://api.github.com", "/api/v3/repos/o/r", "https://api.github.com/repos/o/r"],
    ["https://api.github.com", "/api/graphql", "https://api.github.com/graphql"],
    ["https://api.github.com", "/repos/o/api/v3", "https://api.github.com/repos/o/api/v3"],
    ["https://github.example", "/api/v3/repos/o/r", "https://github.example/api/v3/repos/o/r"],
  ])("at %s for %s is %s", (target, path, address) => {
    expect(addressAt(target, path)).toBe(address);
  });
});

describe("a recording", () => {
  it("has every call with its answer, further pages too, for its owner alone and without secrets", async () => {
    const file = join(folder, "run.har");
    await recording(session, file, async ({ environment }) => {
      const clouds = readCloudAccess(environment);
      await openFly(clouds.fly)({
        method: "POST",
        path: "/v1/apps",
        body: { values: { KEY: "sk_0123456789ab" } },
      });
      const github = await openGitHub(clouds.github);
      const place = { owner: "o", repo: "r", per_page: 1 };
      const branches = await github.paginate(github.rest.repos.listBranches, place);
      expect(branches.map(({ name }) => name)).toEqual(["main", "prod"]);
    });
    const text = readFileSync(file, "utf8");
    const { entries } = (JSON.parse(text) as Har).log;
    expect(
      entries.map(({ _cloud, request, response }) => [_cloud, request.method, request.url, response.status]),
    ).toEqual([
      ["fly", "POST", `${access.baseUrl}/v1/apps`, 200],
      ["github", "GET", `${access.baseUrl}/repos/o/r/branches?per_page=1`, 200],
      ["github", "GET", `${access.baseUrl}/repos/o/r/branches?per_page=1&page=2`, 200],
    ]);
    expect(JSON.parse(entries[0]?.response.content.text ?? "")).toMatchObject({ name: "shop" });
    expect(text).not.toMatch(/t0ken|0123456789ab|authorization/i);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(said).toMatch(/^3 calls are in .*run\.har\./);
  });

  it("has the calls to Railway, without the variables of a service", async () => {
    const file = join(folder, "run.har");
    await recording(session, file, async ({ environment }) => {
      const railway = openRailway(readCloudAccess(environment).railway);
      await railway({
        ...{ name: "variableCollectionUpsert", document: "mutation ($input: I!) { upsert(input: $input) }" },
        variables: { input: { serviceId: "s-1", variables: { API_KEYS: "sk_0123456789ab" } } },
        repeatable: true,
      });
    });
    const text = readFileSync(file, "utf8");
    expect((JSON.parse(text) as Har).log.entries).toMatchObject([
      { _cloud: "railway", request: { method: "POST", url: `${access.baseUrl}/graphql/v2` } },
    ]);
    expect(text).toContain("s-1");
    expect(text).not.toMatch(/t0ken|0123456789ab/);
  });

  it("is written when the work fails, and has the calls that got no answer", async () => {
    const file = join(folder, "run.har");
    const nowhere = {
      ...session,
      environment: { ...session.environment, FLY_FLAPS_BASE_URL: "http://127.0.0.1:9" },
    };
    const work = recording(nowhere, file, ({ environment }) =>
      openFly(readCloudAccess(environment).fly)({ method: "POST", path: "/v1/apps", body: {} }),
    );
    await expect(work).rejects.toThrow("fly did not answer POST /v1/apps");
    expect((JSON.parse(readFileSync(file, "utf8")) as Har).log.entries).toMatchObject([
      {
        request: { url: "http://127.0.0.1:9/v1/apps" },
        response: { status: 0, _error: expect.any(String) as string },
      },
    ]);
  });

  it("does not end the process when the caller leaves in the middle of its upload", async () => {
    const file = join(folder, "run.har");
    await recording(session, file, async ({ environment }) => {
      const { hostname, port } = new URL(readCloudAccess(environment).vercel.baseUrl);
      const socket = connect(Number(port), hostname);
      await once(socket, "connect");
      socket.write("POST /v2/files HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf");
      socket.destroy();
      await once(socket, "close");
      await openFly(readCloudAccess(environment).fly)({ method: "GET", path: "/v1/apps" });
    });
    expect((JSON.parse(readFileSync(file, "utf8")) as Har).log.entries.at(-1)).toMatchObject({
      request: { method: "GET" },
      response: { status: 200 },
    });
  });

  it("that cannot be written is reported before the work", async () => {
    const work = vi.fn(() => Promise.resolve());
    await expect(recording(session, join(folder, "none", "run.har"), work)).rejects.toThrow(
      "cannot be written",
    );
    expect(work).not.toHaveBeenCalled();
  });

  it("replaces no file", async () => {
    const work = recording(session, folder, () => Promise.resolve());
    await expect(work).rejects.toThrow("is there already. Name another file");
    expect(existsSync(folder)).toBe(true);
  });
});
