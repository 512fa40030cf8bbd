import sodium from "libsodium-wrappers";
import { beforeAll, describe, expect, it } from "vitest";
import { calls } from "../../sandbox/contract/github/calls.ts";
import { nameOf } from "../../sandbox/contract/call.ts";
import { changeApplication } from "./change-application.ts";
import { changeSettings } from "./change-settings.ts";
import { recordForger, signedByOwnKey, unsigned } from "./forge-record.ts";
import { callCloud } from "./observe.ts";
import { openPullRequest } from "./preview-traces.ts";
import { outputsOf } from "./staging.ts";
import { writesOf } from "./story.ts";
import { rightsOfJob, tokenWith } from "./token-with-rights.ts";
import { useSandbox } from "./use-sandbox.ts";
import { attacksOf, callGitHub, contractName } from "./writer-attacks.ts";
import type { Answer, Attack, Target } from "./writer-attacks.ts";

/**
 * What the token of a user who may push can do alone, by every call of GitHub's contract that changes something: nothing of it
 * brings a release of theirs to production, or keeps the true one from it.
 */
const { checkout, sandbox } = useSandbox({ from: "staging and production live" });

/** Number of the App that rolls out. */
const app = 4_711;
const limit = { timeout: 300_000 };
const github = <T>(method: string, path: string, body?: object): Promise<T> =>
  callCloud<T>(sandbox, "github", method, `/repos/atlaris/atlaris${path}`, body);
const asRole = (role: "admin" | "write"): Promise<string> =>
  sandbox.read("account", "set", `github.role=${role}`);

async function rollOut(stack: string, token?: string): Promise<{ status: number | null; output: string }> {
  const words = ["bin/rollout", "up", "--stack", stack];
  return sandbox.run(...(token === undefined ? words : ["env", `GITHUB_TOKEN=${token}`, ...words]));
}

let [proven, evil] = ["", ""];
let attacks: readonly Attack[] = [];
const answers = new Map<Attack, Answer>();

async function newestDeployment(environment: string): Promise<number> {
  const path = `/deployments?environment=${environment}&task=rollout&per_page=1`;
  return (await github<{ id: number }[]>("GET", path))[0]?.id ?? 0;
}

async function prepareTarget(): Promise<Target> {
  await sodium.ready;
  const record = recordForger(sandbox, "production");
  const [newest] = await record.entries();
  if (!newest) throw new Error("production has no record");
  const forged = signedByOwnKey(unsigned(newest.message), "prod-of-sandbox");
  const commit = { message: forged, tree: "0".repeat(40), parents: [newest.sha] };
  const sealedFor = async (at: string): Promise<object> => {
    const path = `${at}/secrets/public-key`;
    const { key, key_id } = await github<{ key: string; key_id: string }>("GET", path);
    const { ORIGINAL } = sodium.base64_variants;
    const box = sodium.crypto_box_seal("of the attacker", sodium.from_base64(key, ORIGINAL));
    return { key_id, encrypted_value: sodium.to_base64(box, ORIGINAL) };
  };
  await github("POST", "/git/refs", { ref: "refs/heads/proposed", sha: evil });
  const pull = await openPullRequest(sandbox, "proposed");
  const comments = `/issues/${String(pull)}/comments`;
  return {
    evil,
    entry: (await github<{ sha: string }>("POST", "/git/commits", commit)).sha,
    deployments: {
      staging: await newestDeployment("staging"),
      production: await newestDeployment("production"),
    },
    sealed: {
      repository: await sealedFor("/actions"),
      environment: await sealedFor("/environments/production"),
    },
    pull,
    comment: (await github<{ id: number }>("POST", comments, { body: "hello" })).id,
    checkRun: 1,
    ruleset: (await github<{ id: number; name: string }[]>("GET", "/rulesets"))[0]?.id ?? 0,
  };
}

beforeAll(async () => {
  // By an administrator, once: docs/secrets.md.
  changeSettings(checkout, "staging", { github: { rolloutApp: app, tokenSecrets: "environment" } });
  checkout.commit("Let one App write the records");
  const { status, output } = await rollOut("staging");
  expect(status, output).toBe(0);
  changeApplication(checkout, "reviewed", "web");
  proven = checkout.commit("Change the web");
  for (const branch of ["main", "prod"])
    await github("POST", "/git/refs", { ref: `refs/heads/${branch}`, sha: proven }).catch(() => undefined);
}, 400_000);

describe("the App that rolls out", limit, () => {
  it("writes lease and record, which a job's own token with the same rights may not", async () => {
    const rights = rightsOfJob(checkout.root, "deploy-staging.yml", "rollout");
    const clouds = /^(neon|fly|vercel) /;
    const before = await writesOf(sandbox, clouds);
    const refused = await rollOut("staging", await tokenWith(sandbox, checkout, rights));
    expect(refused.status, refused.output).not.toBe(0);
    expect(refused.output).toMatch(
      /GitHub's rules reject this token's write to refs\/heads\/rollouts\/staging\/lease: only the App/,
    );
    expect(await writesOf(sandbox, clouds)).toBe(before);
    const { status, output } = await rollOut("staging", await tokenWith(sandbox, checkout, rights, app));
    expect(status, output).toBe(0);
  });
});

describe("a writer's token", limit, () => {
  it("is tried with every call of GitHub's contract that changes something", async () => {
    checkout.git("checkout", "--quiet", "-b", "evil");
    changeApplication(checkout, "evil", "web", "worker");
    evil = checkout.commit("Change what nobody has seen");
    attacks = attacksOf(await prepareTarget());
    const tried = new Set(attacks.map(contractName));
    const changing = calls.filter(
      ({ method, template }) => method !== "GET" && template.startsWith("/repos/"),
    );
    expect(changing.length).toBeGreaterThan(35);
    expect(changing.map(nameOf).filter((name) => !tried.has(name))).toEqual([]);

    await asRole("write");
    for (const attack of attacks) answers.set(attack, await callGitHub(sandbox, attack));
    await asRole("admin");
    // What GitHub lets a writer do has happened, or it would not have been tried.
    const allowed = attacks.filter(({ refused }) => refused === undefined);
    const shown = allowed.map((attack) => ({ ...attack, answer: answers.get(attack) }));
    expect(shown.filter(({ answer }) => (answer?.status ?? 500) >= 400)).toEqual([]);
  });

  it("is refused by GitHub what would change rules, branches, records or leases", () => {
    const wanted = attacks.filter(({ refused }) => refused !== undefined);
    expect(wanted.map((attack) => [attack.call, attack.path, answers.get(attack)?.status])).toEqual(
      wanted.map(({ call, path, refused }) => [call, path, refused]),
    );
    const ofRefs = attacks.filter(({ path }) => path.includes("/refs/heads/rollouts/"));
    expect(ofRefs).toHaveLength(9);
    for (const attack of ofRefs)
      expect(answers.get(attack)?.text).toContain("Repository rule violations found");
  });

  it("brings no release of theirs to production: the gate refuses it, and nothing is written", async () => {
    const before = await writesOf(sandbox);
    const { status, output } = await rollOut("prod");
    expect({ status, writes: await writesOf(sandbox) }, output).toEqual({ status: 3, writes: before });
    expect(output).toMatch(/this content is not proven on staging; .*web sources \w{12} instead of \w{12}/);
  });

  it("keeps the release that staging has proven from nothing", async () => {
    checkout.git("checkout", "--quiet", proven);
    const { status, output } = await rollOut("prod");
    expect(status, output).toBe(0);
    const { release } = await outputsOf(sandbox, "prod");
    expect(release).toBe(proven);
  });
});
