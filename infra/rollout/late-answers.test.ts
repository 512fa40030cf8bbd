import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { CloudAccess } from "../shared/cloud-access.ts";
import type { Candidate } from "./gate-checks.ts";
import { gateFaults } from "./gate-checks.ts";
import { asCommits, signedLinks, testRecords } from "./records/test-keys.ts";

const artifacts = { web: "web-1", worker: "worker-1", mailer: "again-1" };
const migrations = "migrations-1";
const content = { sources: artifacts, migrations };
const reference = "registry.fly.io/images:content-1";
const candidate: Candidate = {
  ...{ owner: "o", repository: "r", environment: "production" },
  ...{ commit: "0123456789abcdef", release: "0123456789abcdef", requiredChecks: ["ci"], content },
  checkBranches: ["prod"],
  proof: { provenOn: "staging", proofDays: 14, program: "program-1", image: { app: "images", reference } },
  records: testRecords,
  waitSeconds: 3,
};
const now = new Date("2026-03-10T12:00:00Z");
const at = { created_at: "2026-03-10T10:00:00Z" };

const part = { source: "web-1", commit: "c" };
const worker = { source: "worker-1", commit: "c", image: reference, config: "x" };
/** The record of staging, with the proof. */
const links = signedLinks([
  {
    ...{ kind: "begun", attempt: 1, at: at.created_at, by: "a@b", release: "a", commit: "a", checks: [] },
    ...{ settings: "s", program: "program-1", deployment: 7 },
    composition: {
      ...{ web: part, workers: { worker, mailer: { ...worker, source: "again-1" } } },
      ...{ variables: { web: {}, workers: {} }, migrations: { digest: migrations, names: [] } },
    },
  },
  {
    ...{ kind: "ended", attempt: 1, at: at.created_at, result: "success", description: "smoke test passed" },
    images: [{ reference, digest: "sha256:1" }],
  },
]);

/** Everything that the gate asks for, each with the answer that lets the candidate in; null for what is not there. */
const answers: Readonly<Record<string, unknown>> = {
  "GET /repos/o/r/actions/runs": {
    total_count: 1,
    workflow_runs: [{ id: 5, event: "push", head_branch: "prod" }],
  },
  "GET /repos/o/r/actions/runs/5/jobs": {
    total_count: 1,
    jobs: [{ id: 6, name: "ci", conclusion: "success" }],
  },
  "GET /repos/o/r/deployments": [],
  "GET /repos/o/r/git/ref/heads%2Frollouts%2Fstaging%2Frecord": { object: { sha: links[0]?.sha } },
  "GET /repos/o/r/git/ref/heads%2Frollouts%2Fproduction%2Frecord": null,
  "GET /repos/o/r/commits": asCommits(links),
  "POST /graphql": { data: { app: { image: { digest: "sha256:1" } } } },
};

/** How the call that is late is answered; the gate answers `decided` when it has. */
type Lateness = (response: ServerResponse, body: string, gate: EventEmitter) => void;

const latenesses: readonly (readonly [string, Lateness])[] = [
  ["is never answered", () => undefined],
  [
    "is answered after the limit",
    (response, body, gate) => void gate.once("decided", () => response.end(body)),
  ],
  [
    "stops in the middle of its answer",
    (response, body) => void response.write(body.slice(0, body.length / 2)),
  ],
];

interface Clouds {
  readonly access: CloudAccess;
  /** Each call that came, once. */
  readonly asked: ReadonlySet<string>;
  /** Gives the answers that wait for the gate's decision, then takes the clouds away. */
  readonly close: () => Promise<void>;
}

async function openClouds(late?: { readonly call: string; readonly how: Lateness }): Promise<Clouds> {
  const asked = new Set<string>();
  const gate = new EventEmitter();
  const server = createServer((request, response) => {
    const call = `${request.method ?? ""} ${new URL(request.url ?? "", "http://here").pathname}`;
    asked.add(call);
    response.statusCode = answers[call] === null ? 404 : 200;
    response.setHeader("content-type", "application/json");
    const body = JSON.stringify(answers[call]);
    if (late?.call === call) late.how(response, body, gate);
    else response.end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const one = { baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, token: "t" };
  return {
    access: { neon: one, fly: { ...one, graphqlUrl: one.baseUrl }, vercel: one, github: one },
    asked,
    close: async () => {
      gate.emit("decided");
      await new Promise(setImmediate);
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("a gate that waits for its answers", () => {
  it("accepts a release of which every answer came in time", async () => {
    const { access, asked, close } = await openClouds();
    expect(await gateFaults({ ...candidate, waitSeconds: 30 }, access, now)).toEqual([]);
    expect([...asked].sort()).toEqual(Object.keys(answers).sort());
    await close();
  });

  const rows = Object.keys(answers).flatMap((call) =>
    latenesses.map(([name, how]) => [call, name, how] as const),
  );
  // That it decides at all is what bounds its time: the late answer comes afterwards, or never.
  it.concurrent.each(rows)("refuses when %s %s, having only read", async (call, _name, how) => {
    const { access, asked, close } = await openClouds({ call, how });
    const faults = await gateFaults(candidate, access, now);
    await close();
    const cloud = call === "POST /graphql" ? "Fly.io" : "GitHub";
    expect(faults).toEqual([
      expect.stringContaining(
        `${cloud} did not answer ${call} in time: the gate waits 3 s for all its answers`,
      ),
    ]);
    expect([...asked].filter((each) => !(each in answers))).toEqual([]);
  });
});
