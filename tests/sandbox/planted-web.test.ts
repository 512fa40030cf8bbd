import { beforeAll, describe, expect, it, vi } from "vitest";
import { outputOf } from "../../sandbox/cloud/vercel/test-output.ts";
import { changeApplication } from "./change-application.ts";
import { callCloud } from "./observe.ts";
import { outputsOf } from "./staging.ts";
import { callsOf } from "./story.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * What the holder of Vercel's token can plant, by Vercel's API alone: deployments with the metadata of true ones, whose code names the
 * true sources too. No rollout and no rollback takes one.
 */
const { checkout, sandbox } = useSandbox({ from: "staging and production live" });
const team = "teamId=team_atlaris";

interface SeenDeployment {
  readonly uid: string;
  readonly name: string;
  readonly projectId: string;
  readonly target: string | null;
  readonly readyState: string;
  readonly createdAt: number;
  readonly meta: Readonly<Record<string, string>>;
}

const call = <T>(method: string, path: string, body?: object): Promise<T> =>
  callCloud<T>(sandbox, "vercel", method, path, body);

const run = async (...words: readonly string[]): Promise<string> => {
  const { status, output } = await sandbox.run("bin/rollout", ...words);
  expect(status, output).toBe(0);
  return output;
};

async function deploymentsOf(target: "production" | null): Promise<readonly SeenDeployment[]> {
  const { deployments } = await call<{ deployments: readonly SeenDeployment[] }>(
    "GET",
    `/v7/deployments?limit=100&${team}`,
  );
  return deployments.filter((each) => each.target === target).sort((a, b) => b.createdAt - a.createdAt);
}

/** The deployment that production's address shows. */
async function live(): Promise<string> {
  const { webUrl } = await outputsOf(sandbox, "prod");
  const { host } = new URL(webUrl);
  return (await call<{ deploymentId: string }>("GET", `/v4/aliases/${host}?${team}`)).deploymentId;
}

/** Plants code that answers for these sources; returns its id when Vercel has built it. */
async function plant(
  { name, projectId }: SeenDeployment,
  meta: Readonly<Record<string, string>>,
): Promise<string> {
  const code = `export default (_request, response) => response.end(${JSON.stringify(
    JSON.stringify({ status: "ok", database: "ok", sourceDigest: meta["rolloutSource"], planted: true }),
  )});`;
  const files = Object.entries(outputOf(code)).map(([file, data]) => ({
    file: `.vercel/output/${file}`,
    data,
  }));
  const body = { ...{ name, project: projectId, target: "production", meta, files } };
  const { id } = await call<{ id: string }>("POST", `/v13/deployments?${team}`, body);
  await vi.waitUntil(
    async () =>
      (await call<{ readyState: string }>("GET", `/v13/deployments/${id}?${team}`)).readyState === "READY",
    { timeout: 60_000, interval: 100 },
  );
  return id;
}

let [first, second] = ["", ""];
const planted: string[] = [];

beforeAll(async () => {
  first = await live();
  changeApplication(checkout, "second", "web");
  checkout.commit("Change the web");
  await run("up", "--stack", "staging");
}, 300_000);

describe("a web build that was planted at Vercel", { timeout: 300_000 }, () => {
  it("is not rolled out in the place of the one that is next, whose digests it has", async () => {
    const [next] = await deploymentsOf(null);
    const [current] = await deploymentsOf("production");
    if (!next || !current) throw new Error("there is no deployment");
    // Sources as staging shows them, variables as production's live deployment does.
    const meta = { ...current.meta, rolloutSource: next.meta["rolloutSource"] ?? "" };
    planted.push(await plant(current, meta));
    const made = await callsOf(sandbox, "POST /v13/deployments");
    await run("up", "--stack", "prod");
    second = await live();
    expect([first, ...planted]).not.toContain(second);
    expect(await callsOf(sandbox, "POST /v13/deployments")).toBe(made + 1);
  });

  it("is not returned to in the place of the one that was live, whose metadata it has", async () => {
    const true1 = (await deploymentsOf("production")).find(({ uid }) => uid === first);
    if (!true1) throw new Error("the first deployment is gone");
    planted.push(await plant(true1, true1.meta));
    const made = await callsOf(sandbox, "POST /v13/deployments");
    await run("rollback", "--stack", "prod");
    expect(await live()).toBe(first);
    expect(await callsOf(sandbox, "POST /v13/deployments")).toBe(made);
  });

  it("is not taken where the true one was deleted: the release is built from its commit", async () => {
    const true2 = (await deploymentsOf("production")).find(({ uid }) => uid === second);
    if (!true2) throw new Error("the second deployment is gone");
    planted.push(await plant(true2, true2.meta));
    await call("DELETE", `/v13/deployments/${second}?${team}`);
    await run("rollback", "--stack", "prod", "--to", "2");
    const third = await live();
    expect([first, second, ...planted]).not.toContain(third);
    const { webUrl } = await outputsOf(sandbox, "prod");
    const health = (await (await fetch(`${webUrl}/api/health`)).json()) as Record<string, unknown>;
    expect(health).not.toHaveProperty("planted");
    expect(health["sourceDigest"]).toBe(true2.meta["rolloutSource"]);
  });

  it("would have answered for the true one: its code names the true sources", async () => {
    const { url } = await call<{ url: string }>("GET", `/v13/deployments/${planted[0] ?? ""}?${team}`);
    expect(await (await fetch(`http://${url}/api/health`)).json()).toMatchObject({
      status: "ok",
      planted: true,
    });
  });
});

describe("the record of a release", () => {
  it("has the files that were uploaded for it, as Vercel lists them", async () => {
    const history = await sandbox.read("bin/rollout", "history", "--stack", "prod", "--json");
    const lines = history.trim().split("\n");
    const ends = lines.map((line) => (JSON.parse(line) as { ended?: Record<string, unknown> }).ended);
    const end = ends.find((each) => each?.["webDeployment"] === first);
    const seen: Record<string, string> = {};
    const walk = (entries: readonly Entry[], folder: string): void => {
      for (const { name, uid, children } of entries) {
        if (children) walk(children, `${folder}${name}/`);
        else if (uid !== undefined) seen[`${folder}${name}`] = uid;
      }
    };
    const listed = await call<readonly Entry[]>("GET", `/v6/deployments/${first}/files?${team}`);
    walk(listed.find(({ name }) => name === "src")?.children ?? [], "");
    expect(Object.keys(seen)).toContain(".vercel/output/config.json");
    expect(end?.["webFiles"]).toEqual(seen);
  });
});

interface Entry {
  readonly name: string;
  readonly uid?: string;
  readonly children?: readonly Entry[];
}
