import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import type { TestAnswer } from "@rollout/infra/shared/test-api";
import { useTestApi } from "@rollout/infra/shared/test-api";
import { beforeEach, describe, expect, it } from "vitest";
import type { PartStatus } from "./parts.ts";
import { statusOfParts } from "./parts.ts";

const image = "registry.fly.io/app:a";
const digest = `sha256:${"1".repeat(64)}`;
const live = testAttempt(3, "a", {
  ended: {
    ...{ at: "2026-01-03T00:00:09Z", result: "success", description: "passed" },
    ...{ images: [{ reference: image, digest }], webDeployment: "dpl_live" },
  },
});
const machine = (more: object = {}): object => ({
  ...{ id: "m1", state: "started", region: "fra", image_ref: { digest } },
  ...{ checks: [{ name: "health", status: "passing" }], config: { metadata: {} } },
  ...more,
});

let answers: { health: TestAnswer; alias: TestAnswer; machines: TestAnswer };
beforeEach(() => {
  answers = {
    health: { status: 200 },
    alias: { status: 200, body: { uid: "als_1", alias: "shop", deploymentId: "dpl_live", projectId: "prj" } },
    machines: { status: 200, body: [machine()] },
  };
});
const { access } = useTestApi(({ url }) =>
  url.startsWith("/health") ? answers.health : url.includes("/aliases/") ? answers.alias : answers.machines,
);

const digestBefore = `sha256:${"3".repeat(64)}`;
/** Of the same sources of the worker, in an image of its own. */
const before = testAttempt(2, "b", {
  composition: {
    ...live.composition,
    workers: { worker: { source: "a", commit: "b", image: "registry.fly.io/app:b", config: "[env]" } },
  },
  ended: {
    ...{ at: "2026-01-02T00:00:09Z", result: "success", description: "passed" },
    ...{ images: [{ reference: "registry.fly.io/app:b", digest: digestBefore }] },
  },
});

async function parts(): Promise<readonly [web: PartStatus, worker: PartStatus]> {
  const [web, worker] = await statusOfParts(
    {
      ...{ team: "team_1", domain: new URL(access.baseUrl).host, healthPath: "/health" },
      ...{ apps: { worker: "shop-worker" }, live, attempts: [live, before] },
    },
    { neon: access, fly: { ...access, graphqlUrl: "" }, vercel: access, github: access },
  );
  if (!web || !worker) throw new Error("expected the web and one worker");
  return [web, worker];
}

describe("the status of a part", () => {
  it("is well where it answers, is healthy and runs the release on record", async () => {
    const [web, worker] = await parts();
    expect(web).toMatchObject({ health: "well", isRelease: true });
    expect(worker).toMatchObject({ health: "well", isRelease: true, seen: ["1 machine in fra"] });
  });

  it("is unwell where the web answers with an error, and shows the status", async () => {
    answers.health = { status: 503 };
    const [web] = await parts();
    expect(web.health).toBe("unwell");
    expect(web.seen[0]).toContain("answers 503");
  });

  it("is another release where the address points at another deployment", async () => {
    answers.alias = { status: 200, body: { ...(answers.alias.body as object), deploymentId: "dpl_other" } };
    const [web] = await parts();
    expect(web).toMatchObject({ health: "well", isRelease: false });
    expect(web.seen[1]).toBe("deployment dpl_other, and the record has dpl_live");
  });

  it("is not known where Vercel refuses to show the deployment", async () => {
    answers.alias = { status: 403, body: { error: { code: "forbidden", message: "Not authorized" } } };
    const [web] = await parts();
    expect(web).not.toHaveProperty("isRelease");
    expect(web.seen[1]).toContain("deployment not known");
  });

  it.each([
    ["a stopped machine", machine({ state: "stopped" }), "machine m1 is stopped"],
    ["a failing check", machine({ checks: [{ name: "health", status: "critical" }] }), "critical"],
  ])("is unwell with %s", async (_what, body, text) => {
    answers.machines = { status: 200, body: [body] };
    const [, worker] = await parts();
    expect(worker.health).toBe("unwell");
    expect(worker.seen.join()).toContain(text);
  });

  it("is unwell without a machine", async () => {
    answers.machines = { status: 200, body: [] };
    expect((await parts())[1]).toMatchObject({ health: "unwell", seen: ["no machine"] });
  });

  it("counts a standby that is stopped as healthy", async () => {
    const standby = machine({ id: "m2", state: "stopped", checks: [], config: { standbys: ["m1"] } });
    answers.machines = { status: 200, body: [machine(), standby] };
    expect((await parts())[1]).toMatchObject({ health: "well", seen: ["2 machines in fra"] });
  });

  it("is the release where a machine runs an earlier image of the same sources", async () => {
    answers.machines = { status: 200, body: [machine({ image_ref: { digest: digestBefore } })] };
    expect((await parts())[1]).toMatchObject({ health: "well", isRelease: true });
  });

  it("is another release where a machine runs another image", async () => {
    answers.machines = {
      status: 200,
      body: [machine({ image_ref: { digest: `sha256:${"2".repeat(64)}` } })],
    };
    expect((await parts())[1]).toMatchObject({ health: "well", isRelease: false });
  });

  it("is unknown where Fly rejects the token", async () => {
    answers.machines = { status: 401, body: { error: "unauthorized" } };
    expect((await parts())[1].health).toBe("unknown");
  });
});
