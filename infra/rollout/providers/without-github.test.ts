import { describe, expect, it } from "vitest";
import type { ProviderContext } from "../../dynamic/provider-module.ts";
import { useTestApi } from "../../shared/test-api.ts";
import { currentLease } from "../lease/current-lease.ts";
import { testAttempt } from "../records/test-attempt.ts";
import { asCommits, signedLinks, testKeys, testRecords } from "../records/test-keys.ts";
import type { OutageRun } from "../without-github.ts";
import { provider as attempt } from "./attempt.ts";
import { provider as gate } from "./gate.ts";
import { provider as status } from "./status.ts";

const withoutGitHub: OutageRun = {
  ...{ id: "one", at: "2026-01-04T00:00:00Z", by: "ada@laptop", reason: "GitHub is down" },
  ...{ imageApp: "app", images: [{ reference: "registry.fly.io/app:a", digest: "sha256:1" }] },
};
/** What the registry holds. */
let held = "sha256:1";
/** The record, once GitHub answers. */
let links = signedLinks([]);
const { access, calls } = useTestApi(({ url }) => {
  if (url.endsWith("/graphql")) return { status: 200, body: { data: { app: { image: { digest: held } } } } };
  if (url.includes("/git/ref/")) return { status: 200, body: { object: { sha: links[0]?.sha } } };
  if (url.includes("/commits")) return { status: 200, body: asCommits(links) };
  return { status: 200, body: [] };
});
const notes: string[] = [];
const context = (): ProviderContext => ({
  note: (line) => void notes.push(line),
  privateKeys: [testKeys.staging.secret],
  access: { neon: access, fly: { ...access, graphqlUrl: access.baseUrl }, vercel: access, github: access },
});
const { number, ended, ...begun } = testAttempt(1, "a");
const place = { owner: "o", repository: "r", environment: "staging", records: testRecords };
const candidate = { ...place, commit: begun.commit, returnsTo: 1 };
const seen = { entry: 2, hash: "h", sha: "s" };
const atGitHub = (): readonly string[] =>
  calls.map(({ url }) => url).filter((url) => !url.endsWith("/graphql"));

describe("the steps of a rollback without GitHub", () => {
  it("ask nothing of GitHub, take no lease, and keep what is to be entered", async () => {
    calls.length = 0;
    const passed = await gate.update?.(
      "staging",
      { ...candidate, seen },
      { ...candidate, withoutGitHub },
      context(),
    );
    expect(passed).toMatchObject({ seen });
    expect(currentLease()).toBeUndefined();
    expect(notes.join()).toContain(
      "no gate, and no lease of staging. The engine's lock of the stack's state",
    );
    const { release, commit, composition } = begun;
    const inputs = {
      ...{ ...place, release, commit, composition, settings: "s", returnsTo: 1, withoutGitHub },
      ...{ artifacts: {}, migrations: { digest: "d", newest: "" } },
    };
    const copy = { first: 1, entries: ["text"] };
    const opened = await attempt.update?.(
      "staging",
      { ...inputs, deploymentId: 4, entry: seen, copy },
      inputs,
      context(),
    );
    const { images: _images, imageApp: _app, ...outage } = withoutGitHub;
    expect(opened).toMatchObject({
      entry: seen,
      copy,
      unrecorded: [{ outage, release, commit, composition, returnsTo: 1 }],
    });
    const last = {
      ...place,
      commit,
      deploymentId: 4,
      webUrl: "https://shop.example",
      proof: "smoke test passed",
      withoutGitHub,
    };
    const closed = await status.update?.(
      "staging",
      { ...last, entry: seen, ending: "text" },
      last,
      context(),
    );
    expect(closed).toMatchObject({
      entry: seen,
      ending: "text",
      unrecorded: [{ id: "one", description: "smoke test passed" }],
    });
    expect(atGitHub()).toEqual([]);
  });

  it("refuse another image than the one that ran, and what is no rollback", async () => {
    held = "sha256:2";
    await expect(
      gate.update?.("staging", candidate, { ...candidate, withoutGitHub }, context()),
    ).rejects.toThrow("Fly's registry holds sha256:2 as registry.fly.io/app:a, and sha256:1 ran here");
    held = "sha256:1";
    const { returnsTo: _returnsTo, ...forward } = candidate;
    await expect(gate.update?.("staging", forward, { ...forward, withoutGitHub }, context())).rejects.toThrow(
      "without GitHub there is only a rollback",
    );
  });

  it("keep the next rollout out until the record has it", async () => {
    const entries = [
      { kind: "begun", attempt: number, ...begun },
      { kind: "ended", attempt: number, ...ended },
    ];
    const olds = { ...candidate, withoutGitHub };
    const { returnsTo: _returnsTo, ...next } = candidate;
    links = signedLinks(entries);
    await expect(gate.update?.("staging", olds, next, context())).rejects.toThrow(
      "the rollback without GitHub of 2026-01-04T00:00:00Z by ada@laptop (GitHub is down) is not on record yet, and this rollout would come " +
        "behind the wrong release. Enter it: bin/rollout history --sync --stack staging",
    );
    expect(calls.every(({ method, url }) => method === "GET" || url.endsWith("/graphql"))).toBe(true);
  });
});
