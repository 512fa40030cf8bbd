import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CloudAccess } from "../shared/cloud-access.ts";
import { openGitHub } from "../github/client.ts";
import type { WantedProof } from "./proof.ts";
import { proofFaults } from "./proof.ts";

/** What GitHub and Fly know, as little as the proof asks for. */
interface World {
  readonly deployments: readonly { id: number; sha: string; created_at: string; payload: unknown }[];
  readonly statuses: Readonly<
    Record<number, readonly { state: string; description: string; created_at: string }[]>
  >;
  /** Digest of the image that the registry holds; null when it holds none. */
  readonly registry: string | null;
}

let world: World;
const methods = new Set<string>();
const server = createServer((request, response) => {
  const url = new URL(request.url ?? "", "http://here");
  const [, deployment] = /deployments\/(\d+)\/statuses/.exec(url.pathname) ?? [];
  const body =
    url.pathname === "/graphql"
      ? { data: { app: { image: world.registry === null ? null : { digest: world.registry } } } }
      : deployment === undefined
        ? world.deployments
        : (world.statuses[Number(deployment)] ?? []);
  methods.add(`${request.method ?? ""} ${url.pathname.replace(/\/\d+/, "")}`);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body));
});
let access: CloudAccess;

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const one = { baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, token: "t" };
  access = { neon: one, fly: { ...one, graphqlUrl: one.baseUrl }, vercel: one, github: one };
});
afterAll(() => void server.close());

const now = new Date("2026-03-10T12:00:00Z");
const artifacts = { web: "web-1", worker: "worker-1", mailer: "again-1" };
const migrations = "migrations-1";
const content = { sources: artifacts, migrations };
const wanted: WantedProof = {
  owner: "o",
  repository: "r",
  provenOn: "staging",
  content,
  image: { app: "worker-staging", reference: "registry.fly.io/worker-staging:content-1" },
  proofDays: 14,
};

const payload = { environment: "staging", artifacts, migrations: { digest: migrations, newest: "0001" } };
const record = { id: 7, sha: "a".repeat(40), created_at: "2026-03-09T10:00:00Z", payload };
const success = { state: "success", description: "smoke test passed", created_at: "2026-03-09T10:05:00Z" };
const receipt = { state: "in_progress", description: "image sha256:1", created_at: "2026-03-09T10:04:00Z" };
const begun = { state: "in_progress", description: "rolling out", created_at: "2026-03-09T10:00:00Z" };
const proven: World = {
  deployments: [record],
  statuses: { 7: [success, receipt, begun] },
  registry: "sha256:1",
};
const newer = { ...record, id: 8, sha: "b".repeat(40), created_at: "2026-03-10T10:00:00Z" };

const faultsIn = async (found: World): Promise<readonly string[]> => {
  world = found;
  return proofFaults(wanted, await openGitHub(access.github), access, now);
};

describe("the proof of a content on staging", () => {
  it.each<[string, World]>([
    ["it succeeded there with the image that the registry holds", proven],
    [
      "an earlier version recorded it, with a hash of the record before",
      { ...proven, deployments: [{ ...record, payload: { ...payload, previous: "0f".repeat(32) } }] },
    ],
    [
      "a workflow's job has made GitHub call the record inactive since",
      { ...proven, statuses: { 7: [{ ...begun, state: "inactive" }, success, receipt, begun] } },
    ],
    [
      "another content succeeded there since",
      {
        ...proven,
        deployments: [
          { ...newer, payload: { ...payload, artifacts: { ...artifacts, web: "web-2" } } },
          record,
        ],
        statuses: { ...proven.statuses, 8: [success, receipt] },
      },
    ],
    [
      "the same content failed there first",
      {
        ...proven,
        deployments: [record, { ...newer, id: 6 }],
        statuses: { ...proven.statuses, 6: [{ ...success, state: "failure" }] },
      },
    ],
  ])("counts when %s", async (_name, found) => {
    methods.clear();
    expect(await faultsIn(found)).toEqual([]);
    expect([...methods].filter((call) => !call.startsWith("GET ") && call !== "POST /graphql")).toEqual([]);
  });

  it.each<[string, World, string]>([
    ["there is no record", { ...proven, deployments: [] }, "staging has no rollout on record"],
    [
      "the record has no status",
      { ...proven, statuses: {} },
      "staging's newest attempt (commit aaaaaaaaaaaa, begun 2026-03-09T10:00:00Z) still runs",
    ],
    [
      "its newest status is no success",
      { ...proven, statuses: { 7: [receipt] } },
      "still runs; expected a success",
    ],
    [
      "it failed in the end",
      { ...proven, statuses: { 7: [{ ...success, state: "failure" }, receipt] } },
      "failed",
    ],
    [
      "it ended in error",
      { ...proven, statuses: { 7: [{ ...success, state: "error" }, receipt] } },
      "failed",
    ],
    [
      "its smoke test failed and was not required",
      {
        ...proven,
        statuses: {
          7: [{ ...success, description: "smoke test failed, and is not required: no plan" }, receipt],
        },
      },
      "proves nothing: smoke test failed, and is not required: no plan",
    ],
    ["it names no image", { ...proven, statuses: { 7: [success, begun] } }, "names no image"],
    [
      "its image is another one than the registry's",
      { ...proven, registry: "sha256:2" },
      "staging proved image sha256:1, and Fly's registry holds sha256:2 as registry.fly.io/worker-staging:content-1",
    ],
    ["the registry has lost its image", { ...proven, registry: null }, "Fly's registry does not hold"],
    [
      "it is too long ago",
      { ...proven, statuses: { 7: [{ ...success, created_at: "2026-02-01T10:00:00Z" }, receipt] } },
      "the proof on staging is of 2026-02-01T10:00:00Z, and one counts for 14 days",
    ],
    [
      "its date cannot be read",
      { ...proven, statuses: { 7: [{ ...success, created_at: "yesterday" }, receipt] } },
      "the proof on staging is of yesterday",
    ],
    [
      "its payload is empty",
      { ...proven, deployments: [{ ...record, payload: {} }] },
      "record 7 cannot be read",
    ],
    [
      "its payload is text",
      { ...proven, deployments: [{ ...record, payload: "all is well" }] },
      "record 7 cannot be read",
    ],
    [
      "its payload is of another environment",
      { ...proven, deployments: [{ ...record, payload: { ...payload, environment: "pr-42" } }] },
      "environment pr-42 instead of staging",
    ],
    [
      "a newer attempt failed",
      {
        ...proven,
        deployments: [newer, record],
        statuses: { ...proven.statuses, 8: [{ ...success, state: "failure" }] },
      },
      "staging's newest attempt (commit bbbbbbbbbbbb, begun 2026-03-10T10:00:00Z) failed",
    ],
    [
      "a newer attempt still runs",
      { ...proven, deployments: [newer, record], statuses: { ...proven.statuses, 8: [begun] } },
      "still runs",
    ],
  ])("does not count when %s", async (_name, found, reason) => {
    expect((await faultsIn(found)).join("\n")).toContain(reason);
  });

  it.each(["web", "worker", "mailer"] as const)(
    "does not count for other sources of %s",
    async (artifact) => {
      const other = { ...payload, artifacts: { ...artifacts, [artifact]: "another" } };
      const faults = await faultsIn({ ...proven, deployments: [{ ...record, payload: other }] });
      expect(faults.join("\n")).toContain(`${artifact} sources another instead of ${artifacts[artifact]}`);
    },
  );

  it("does not count for another set of migrations", async () => {
    const other = { ...payload, migrations: { digest: "another" } };
    const faults = await faultsIn({ ...proven, deployments: [{ ...record, payload: other }] });
    expect(faults.join("\n")).toContain("migrations another instead of migrations-1");
  });
});
