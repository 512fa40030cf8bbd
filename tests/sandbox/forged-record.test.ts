import { beforeAll, describe, expect, it } from "vitest";
import type { RecordForger, SeenEntry } from "./forge-record.ts";
import { forged, recordForger, signedByOwnKey, stolenSigner, unsigned } from "./forge-record.ts";
import { callCloud } from "./observe.ts";
import { writesOf } from "./story.ts";
import { useSandbox } from "./use-sandbox.ts";

/**
 * What who may push can do to the records of releases, by GitHub's API alone: production builds, runs and returns to nothing of
 * it, reports why, and writes nothing anywhere.
 */
const { checkout, sandbox } = useSandbox({ from: "staging and production live" });

const limit = { timeout: 120_000 };
const [production, staging] = [recordForger(sandbox, "production"), recordForger(sandbox, "staging")];
/** The records as they were written, newest entry first. */
let written: Readonly<Record<"production" | "staging", readonly SeenEntry[]>>;

beforeAll(async () => {
  // The gate is asked again for another commit.
  checkout.git("commit", "--quiet", "--allow-empty", "--message", "Merge");
  written = { production: await production.entries(), staging: await staging.entries() };
}, 120_000);

const newestOf = (record: keyof typeof written): SeenEntry => written[record][0] ?? expect.fail("no entry");
const begunOf = (record: keyof typeof written): SeenEntry => written[record][1] ?? expect.fail("no entry");

/** Expects that a rollout and a rollback of production are refused for this reason, and that no cloud was written to. */
async function expectRefused(reason: RegExp): Promise<void> {
  const before = await writesOf(sandbox);
  const up = await sandbox.run("bin/rollout", "up", "--stack", "prod");
  expect({ status: up.status, writes: await writesOf(sandbox) }, up.output).toEqual({
    status: 3,
    writes: before,
  });
  expect(up.output).toMatch(reason);
}

/** A release of the attacker's behind the newest entry: a beginning, and a success. */
function release(record: keyof typeof written, signed: (text: string) => string): readonly string[] {
  const commit = "f".repeat(40);
  const begun = JSON.parse(unsigned(begunOf(record).message)) as {
    attempt: number;
    composition: { web: object };
  };
  const composition = { ...begun.composition, web: { ...begun.composition.web, commit } };
  const attempt = begun.attempt + 1;
  const changes = { attempt, commit, release: commit, composition };
  const beginning = signed(forged(begunOf(record).message, newestOf(record), changes));
  const end = forged(newestOf(record).message, { sha: "", message: beginning }, { attempt });
  return [beginning, signed(end)];
}

describe("a record that a user has written to who may push", () => {
  const attacks: readonly (readonly [string, () => [RecordForger, ...(readonly string[])], RegExp])[] = [
    [
      "a release that is not signed",
      () => [production, ...release("production", (text) => text)],
      /the record of production is refused, .*\n.*entry 4 \(\w{12}, #2 ended\) is not signed/,
    ],
    [
      "a release that another key has signed",
      () => [production, ...release("production", (text) => signedByOwnKey(text, "mallory"))],
      /is signed by mallory, which is none of the keys of rollout:record\.keys \(prod-of-sandbox\)/,
    ],
    [
      "a release that another key has signed under the name of production's",
      () => [production, ...release("production", (text) => signedByOwnKey(text, "prod-of-sandbox"))],
      /has a signature that is not one of prod-of-sandbox: another key made it, or the entry was changed/,
    ],
    [
      "an entry of staging's record",
      () => [production, newestOf("staging").message],
      /entry 3 \(\w{12}, #1 ended\) is of staging, and this is the record of production/,
    ],
    [
      "an earlier entry of its own, once more",
      () => [production, newestOf("production").message],
      /entry 3 \(\w{12}, #1 ended\) was written as entry 2/,
    ],
    [
      "a commit that is no entry",
      () => [production, "hello"],
      /entry 3 \(\w{12}\) is no entry of a record: "hello"/,
    ],
    [
      "a proof on staging that is not signed",
      () => [staging, ...release("staging", (text) => text)],
      /the record of staging is refused, .*\n.*is not signed/,
    ],
    [
      "a proof on staging that production's key may sign, and no other",
      () => [staging, ...release("staging", (text) => signedByOwnKey(text, "prod-of-sandbox"))],
      /is signed by prod-of-sandbox, which is none of the keys of rollout:record\.keys \(staging-of-sandbox\)/,
    ],
  ];

  it.each(attacks)("accepts nothing with %s", limit, async (_name, attack, reason) => {
    const [record, ...messages] = attack();
    await record.add(...messages);
    await expectRefused(reason);
    await record.moveTo(newestOf(record === production ? "production" : "staging").sha);
  });

  it(
    "is returned to by no rollback, listed by no history, and named by --verify with what restores it",
    limit,
    async () => {
      await production.add(...release("production", (text) => text));
      const before = await writesOf(sandbox);
      for (const command of [["rollback", "--to", "1"], ["history"], ["rotate", "smoke-test-key"]]) {
        const { status, output } = await sandbox.run("bin/rollout", ...command, "--stack", "prod");
        expect(status, output).toBe(3);
        expect(output).toMatch(/the record of production is refused, .*\n.*is not signed/);
      }
      const { status, output } = await sandbox.run("bin/rollout", "history", "--stack", "prod", "--verify");
      expect(status, output).toBe(1);
      const { sha } = newestOf("production");
      expect(output).toContain(
        `gh api -X PATCH repos/atlaris/atlaris/git/refs/heads/rollouts/production/record -f sha=${sha} -F force=true`,
      );
      expect(await writesOf(sandbox)).toBe(before);
      await production.moveTo(sha);
    },
  );
});

describe("a record that who has stolen its key has written to", () => {
  it("gives a release no variable that no commit of it has named", limit, async () => {
    const before = await writesOf(sandbox, /^(neon|fly|vercel) /);
    const signed = await stolenSigner(sandbox, newestOf("production"));
    const begun = JSON.parse(unsigned(begunOf("production").message)) as {
      composition: { variables: { workers: object } };
    };
    const workers = { ...begun.composition.variables.workers, DEBUG_HOOK: "https://mallory.example" };
    const variables = { ...begun.composition.variables, workers };
    const composition = { ...begun.composition, variables };
    const beginning = signed(
      forged(begunOf("production").message, newestOf("production"), { attempt: 2, composition }),
    );
    const end = forged(newestOf("production").message, { sha: "", message: beginning }, { attempt: 2 });
    await production.add(beginning, signed(end));
    const { status, output } = await sandbox.run("bin/rollout", "rollback", "--stack", "prod", "--to", "2");
    expect(output).toMatch(
      /the record gives the release the variables DEBUG_HOOK, which neither today's settings name nor rollout\.config\.ts or Pulumi\.prod\.yaml of \w{12}/,
    );
    expect({ status, writes: await writesOf(sandbox, /^(neon|fly|vercel) /) }).toEqual({
      status: 2,
      writes: before,
    });
    await production.moveTo(newestOf("production").sha);
  });
});

describe("a record from which a user has deleted", () => {
  it("is missed where its end was cut off", limit, async () => {
    await production.moveTo(begunOf("production").sha);
    await expectRefused(
      /GitHub's deployment \d+ knows an entry \(\w{12}\), which is not in it: it was deleted or replaced\n.*-f sha=\w{40} -F force=true/,
    );
    const { output } = await sandbox.run("bin/rollout", "history", "--stack", "prod", "--verify");
    expect(output).toMatch(/its end is cut off at entry 1: the stack's state knows entry 2/);
    await production.moveTo(newestOf("production").sha);
  });

  it("is missed where it was deleted", limit, async () => {
    await production.delete();
    await expectRefused(
      /GitHub's deployment \d+ knows an entry .*\n.*gh api repos\/atlaris\/atlaris\/git\/refs -f ref=/,
    );
    const { output } = await sandbox.run("bin/rollout", "history", "--stack", "prod", "--verify");
    expect(output).toMatch(/it is gone: the stack's state knows entry 2/);
  });

  it(
    "is missed by the stack's state where its deployments were deleted too, and no cloud is changed",
    limit,
    async () => {
      const path = "/repos/atlaris/atlaris/deployments";
      const deployments = await callCloud<{ id: number }[]>(
        sandbox,
        "github",
        "GET",
        `${path}?environment=production&task=rollout`,
      );
      for (const { id } of deployments) {
        await callCloud(sandbox, "github", "POST", `${path}/${String(id)}/statuses`, { state: "inactive" });
        await callCloud(sandbox, "github", "DELETE", `${path}/${String(id)}`);
      }
      const clouds = /^(neon|fly|vercel) /;
      const before = await writesOf(sandbox, clouds);
      const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "prod");
      expect(status, output).toBe(1);
      expect(output).toMatch(
        /the record of production is refused, .*\n.*it is gone: the stack's state knows entry 1/,
      );
      expect(await writesOf(sandbox, clouds)).toBe(before);
    },
  );

  it("passes the gate again once it was restored as the message describes", limit, async () => {
    await production.create(newestOf("production").sha);
    const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "prod");
    expect(status, output).toBe(0);
    const { output: verified } = await sandbox.run("bin/rollout", "history", "--stack", "prod", "--verify");
    expect(verified).toContain("The record of production is as it was written: 4 entries.");
  });
});
