import { openFly } from "@rollout/infra/fly/client";
import { openGitHub } from "@rollout/infra/github/client";
import { openNeon } from "@rollout/infra/neon/client";
import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import type { TestAnswer } from "@rollout/infra/shared/test-api";
import { useTestApi } from "@rollout/infra/shared/test-api";
import { beforeEach, describe, expect, it } from "vitest";
import { collect } from "../collect.ts";
import type { MetricSource } from "../source.ts";
import { databaseSource } from "./database.ts";
import { leaseSource } from "./lease.ts";
import { machinesSource } from "./machines.ts";
import { runnersSource } from "./runners.ts";
import { webSource } from "./web.ts";

/** What the cloud answers, by path without its query. */
let answers: Readonly<Record<string, TestAnswer>> = {};
/** What Railway answers, in the order of the calls. */
let railwayAnswers: object[] = [];
const { access, calls } = useTestApi(({ url }) =>
  url === "/graphql/v2"
    ? ok({ data: { value: railwayAnswers.shift() } })
    : (answers[url.split("?")[0] ?? ""] ?? { status: 404 }),
);
beforeEach(() => {
  [answers, railwayAnswers] = [{}, []];
  calls.length = 0;
});

const place = { owner: "ada", repository: "shop", environment: "staging" };

/** The lines of values, without HELP and TYPE and how long it took. */
async function linesOf(source: MetricSource): Promise<readonly string[]> {
  const { text } = await collect([source], {}, 30_000);
  return text.split("\n").filter((line) => line !== "" && !/^(#|rollout_source_read)/.test(line));
}

const ok = (body: unknown): TestAnswer => ({ status: 200, body });

describe("machines", () => {
  it("are counted by their health, and have the time of the last exit", async () => {
    const passing = [{ name: "health", status: "passing" }];
    answers = {
      "/v1/apps/mailer/machines": ok([
        { id: "1", state: "started", checks: passing },
        { id: "2", state: "started", checks: [{ name: "health", status: "critical", output: "no" }] },
        {
          ...{ id: "3", state: "stopped", checks: passing },
          events: [
            { type: "start", timestamp: 9_000_000 },
            { type: "exit", timestamp: 5_000_000 },
            { type: "exit", timestamp: 7_000_000 },
          ],
        },
      ]),
    };
    expect(await linesOf(machinesSource(openFly(access), ["mailer"]))).toEqual([
      'rollout_source_up{source="fly"} 1',
      'rollout_machines{app="mailer",health="healthy"} 1',
      'rollout_machines{app="mailer",health="unhealthy"} 2',
      'rollout_machine_last_exit_timestamp_seconds{app="mailer"} 7000',
    ]);
  });

  describe("on Railway", () => {
    const service = { project: "p", environment: "e", name: "mailer-service" };
    const works = (...statuses: readonly string[]) => ({
      ...{ id: "d", status: "SUCCESS", createdAt: "2026-01-01T00:00:00Z" },
      instances: statuses.map((status, at) => ({ id: String(at), status })),
    });
    const linesFor = async (...deployments: readonly object[]): Promise<readonly string[]> => {
      const edges = [{ node: { id: "s", name: "mailer-service" } }];
      railwayAnswers = [{ services: { edges } }, { activeDeployments: deployments }];
      const source = machinesSource(openFly(access), [], { services: [service], access });
      return (await linesOf(source)).filter((line) => line.startsWith("rollout_machines"));
    };

    it("are counted as machines are", async () => {
      expect(await linesFor(works("RUNNING", "CRASHED"))).toEqual([
        'rollout_machines{app="mailer-service",health="healthy"} 1',
        'rollout_machines{app="mailer-service",health="unhealthy"} 1',
      ]);
    });

    it("are one that is unhealthy where no deployment works", async () => {
      expect(await linesFor()).toEqual([
        'rollout_machines{app="mailer-service",health="healthy"} 0',
        'rollout_machines{app="mailer-service",health="unhealthy"} 1',
      ]);
    });
  });

  it("are none of an app that is not there yet", async () => {
    expect(await linesOf(machinesSource(openFly(access), ["mailer"]))).toContain(
      'rollout_machines{app="mailer",health="healthy"} 0',
    );
  });
});

describe("runners", () => {
  it("are online or not", async () => {
    const runner = (name: string, status: string) => ({
      id: 1,
      name,
      os: "linux",
      status,
      busy: false,
      labels: [],
    });
    answers = {
      "/repos/ada/shop/actions/runners": ok({
        total_count: 2,
        runners: [runner("build-1", "online"), runner("build-2", "offline")],
      }),
    };
    expect(await linesOf(runnersSource(await openGitHub(access), place))).toEqual([
      'rollout_source_up{source="runners"} 1',
      'rollout_runner_online{runner="build-1"} 1',
      'rollout_runner_online{runner="build-2"} 0',
    ]);
  });

  it("are absent, and no source is down, where the token may not list them", async () => {
    answers = {
      "/repos/ada/shop/actions/runners": { status: 403, body: { message: "Resource not accessible" } },
    };
    expect(await linesOf(runnersSource(await openGitHub(access), place))).toEqual([]);
  });
});

describe("the lease", () => {
  it("is free where none was taken", async () => {
    expect(await linesOf(leaseSource(await openGitHub(access), place))).toEqual([
      'rollout_source_up{source="lease"} 1',
      "rollout_lease_held 0",
    ]);
  });

  it("is held since a time", async () => {
    const lease = {
      ...{ schema: 1, state: "held", token: "t", commit: "c", by: "ada@laptop", machine: "m", pid: 1 },
      ...{ since: "1970-01-01T00:10:00.000Z", renewedAt: "1970-01-01T00:10:00.000Z", waitedSeconds: 42 },
    };
    answers = {
      "/repos/ada/shop/git/ref/heads%2Frollouts%2Fstaging%2Flease": ok({ object: { sha: "1" } }),
      "/repos/ada/shop/git/ref/heads/rollouts/staging/lease": ok({ object: { sha: "1" } }),
      "/repos/ada/shop/git/commits/1": ok({ message: JSON.stringify(lease) }),
    };
    expect(await linesOf(leaseSource(await openGitHub(access), place))).toEqual([
      'rollout_source_up{source="lease"} 1',
      "rollout_lease_held 1",
      "rollout_lease_acquired_timestamp_seconds 600",
      "rollout_lease_last_wait_seconds 42",
    ]);
  });
});

describe("the web", () => {
  const source = (): MetricSource => {
    let clock = 0;
    const { ended, ...attempt } = testAttempt(1, "a");
    const live = { ...attempt, ended: { ...ended, webUrl: access.baseUrl } as typeof ended };
    return webSource(
      () => Promise.resolve([live] as never),
      "/health",
      () => (clock += 250),
    );
  };

  it("is up, with the time that it took to answer", async () => {
    answers = { "/health": ok({}) };
    expect(await linesOf(source())).toEqual([
      'rollout_source_up{source="web"} 1',
      "rollout_web_up 1",
      "rollout_web_response_seconds 0.25",
    ]);
  });

  it("is down where it answers an error, which the source is not", async () => {
    answers = { "/health": { status: 503 } };
    expect(await linesOf(source())).toEqual(
      expect.arrayContaining(['rollout_source_up{source="web"} 1', "rollout_web_up 0"]),
    );
  });

  it("is neither before the first rollout", async () => {
    expect(await linesOf(webSource(() => Promise.resolve([]), "/health"))).toEqual([
      'rollout_source_up{source="web"} 1',
    ]);
  });
});

describe("a database", () => {
  it("whose compute sleeps is not woken", async () => {
    const place = { project: "shop", branch: "staging", database: "shop" };
    answers = {
      "/projects": ok({ projects: [{ id: "p", name: "shop" }], pagination: {} }),
      "/projects/p/branches": ok({ branches: [{ id: "br", name: "staging" }], pagination: {} }),
      "/projects/p/branches/br/endpoints": ok({
        endpoints: [{ id: "ep", type: "read_write", current_state: "idle" }],
      }),
    };
    expect(await linesOf(databaseSource(await openNeon(access), place, {}))).toEqual([
      'rollout_source_up{source="database"} 1',
      "rollout_database_awake 0",
    ]);
    // The address, with which it would be reached, was not even asked for.
    expect(calls.map(({ url }) => url).filter((url) => url.includes("connection_uri"))).toEqual([]);
  });

  it("is down where the account has no such project", async () => {
    answers = { "/projects": ok({ projects: [], pagination: {} }) };
    const place = { project: "shop", branch: "staging", database: "shop" };
    expect(await linesOf(databaseSource(await openNeon(access), place, {}))).toEqual([
      'rollout_source_up{source="database"} 0',
    ]);
  });
});
