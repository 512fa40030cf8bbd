import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ProviderContext } from "../dynamic/provider-module.ts";
import { openGitHub } from "../github/client.ts";
import { useTestApi } from "../shared/test-api.ts";
import type { Candidate } from "./gate-checks.ts";
import { gateFaults } from "./gate-checks.ts";
import { currentLease, setCurrentLease } from "./lease/current-lease.ts";
import { leaseRef } from "./lease/lease-store.ts";
import { provider as gate } from "./providers/gate.ts";
import type { RecordWriter } from "./records/append.ts";
import { attemptsIn } from "./records/attempts.ts";
import { deploymentAnchors } from "./records/anchors.ts";
import { readChain, recordRef } from "./records/chain.ts";
import { anchorInDeployment, enterFreeze, freezeIn } from "./records/freeze.ts";
import { enterBegin, enterEnd, enterNote } from "./records/keep.ts";
import { expectedAt, readRecord } from "./records/read-record.ts";
import { testComposition } from "./records/test-attempt.ts";
import { verifyRecord } from "./records/verify.ts";
import { testKeys, testRecords } from "./records/test-keys.ts";
import { TestGit } from "./test-git.ts";

let git: TestGit;
const { access } = useTestApi((call) => git.answer(call));

const place = { owner: "o", repository: "r", environment: "production", records: testRecords };
const candidate: Candidate = { ...place, commit: "0123456789abcdef" };
let writer: RecordWriter;
let context: ProviderContext;

beforeEach(async () => {
  git = new TestGit();
  const clouds = {
    neon: access,
    fly: { ...access, graphqlUrl: access.baseUrl },
    vercel: access,
    github: access,
  };
  const privateKeys = [testKeys.production.secret];
  context = { access: clouds, note: () => undefined, privateKeys };
  writer = { github: await openGitHub(access), place, privateKeys };
});
afterEach(async () => {
  await currentLease()?.release();
  setCurrentLease(undefined);
});

const change = (event: "frozen" | "unfrozen", reason: string) =>
  enterFreeze(writer, { event, by: "ada@laptop", reason, stack: "prod" });
const begin = (commit: string) =>
  enterBegin(writer, {
    ...{ by: "a@b", release: commit, commit, composition: testComposition(commit) },
    ...{ checks: [], settings: "s", deployment: 7 },
  });
const end = { result: "success", description: "it runs" } as const;
const faults = (): Promise<readonly string[]> => gateFaults(candidate, context.access, new Date());
const refusal =
  /^production is frozen since 2\S+Z by ada@laptop: incident 42\. To lift it: bin\/rollout unfreeze --stack prod$/;

describe("a freeze in the record", () => {
  it("is why the gate refuses what is new, for every user, until it is lifted", async () => {
    expect(await faults()).toEqual([]);
    await change("frozen", "incident 41");
    await change("frozen", "incident 42");
    expect(await faults()).toEqual([expect.stringMatching(refusal)]);
    await change("unfrozen", "closed");
    expect(await faults()).toEqual([]);
  });

  it("freezes its own environment alone", async () => {
    await change("frozen", "incident 42");
    const staging = { ...candidate, environment: "staging" };
    expect(await gateFaults(staging, context.access, new Date())).toEqual([]);
  });

  it("stands while an attempt runs, whose end is entered, and behind it", async () => {
    await begin("one");
    await change("frozen", "incident 42");
    expect(await enterEnd(writer, end, ({ commit }) => commit === "one")).toMatchObject({ hasEnded: true });
    await enterNote(writer, { by: "a@b", event: "repaired", description: "drift" });
    const chain = await readRecord(writer.github, place);
    expect(freezeIn(chain)).toMatchObject({ reason: "incident 42", by: "ada@laptop" });
    const [attempt] = attemptsIn(chain);
    expect(attempt).toMatchObject({ number: 1, ended: { result: "success" } });
    expect(attempt?.notes?.map(({ event }) => event)).toEqual(["repaired", "frozen"]);
  });

  it("is not undone by an attempt that begins and ends behind it, such as a rollback", async () => {
    await change("frozen", "incident 42");
    expect((await begin("one")).entry.attempt).toBe(1);
    await enterEnd(writer, end, () => true);
    expect((await begin("two")).entry.attempt).toBe(2);
    expect(await faults()).toEqual([expect.stringMatching(refusal)]);
  });

  it("cannot be cut off the record: GitHub's newest deployment knows of it, and keeps its state", async () => {
    await begin("one");
    await enterEnd(writer, end, () => true);
    const ref = recordRef("production");
    const before = git.refs.get(ref) ?? "";
    git.statuses.set(7, [
      { state: "inactive", description: "" },
      { state: "success", description: "it runs" },
    ]);
    const added = await change("frozen", "incident 42");
    expect(await anchorInDeployment(writer, 7, added)).toBe(true);
    expect(git.statuses.get(7)?.[0]).toEqual({
      state: "success",
      description: `record ${added.anchor.hash} ${added.anchor.sha}`,
    });
    expect(await faults()).toEqual([expect.stringMatching(refusal)]);
    git.refs.set(ref, before);
    const anchors = await deploymentAnchors(writer.github, place, 3);
    const { faults: missing } = verifyRecord(await readChain(writer.github, place), {
      ...expectedAt(place),
      anchors,
    });
    expect(missing).toEqual([
      expect.stringMatching(/^GitHub's deployment 7 knows an entry .* which is not in it/),
    ]);
  });
});

describe("the gate", () => {
  it("refuses under the lease what was frozen between its look and the lease, and gives the lease back", async () => {
    let looks = 0;
    const record = recordRef("production");
    git.onLook = (ref) => {
      // The rollout has seen a record without a freeze; from its lease on there is one.
      if (ref === leaseRef("production") && looks++ === 0) git.refs.set(record, frozen);
    };
    await begin("one");
    await enterEnd(writer, end, () => true);
    const open = git.refs.get(record) ?? "";
    await change("frozen", "incident 42");
    const frozen = git.refs.get(record) ?? "";
    git.refs.set(record, open);
    await expect(gate.create(candidate, context)).rejects.toThrow(
      /^refused: production does not let commit 0123456789ab in; nothing was changed\n {2}production is frozen since /,
    );
    expect(currentLease()).toBeUndefined();
    const lease = git.commits.get(git.refs.get(leaseRef("production")) ?? "");
    expect(lease?.message).toContain('"state":"free"');
  });
});
