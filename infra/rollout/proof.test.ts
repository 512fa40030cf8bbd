import { describe, expect, it } from "vitest";
import type { CloudAccess } from "../shared/cloud-access.ts";
import { openGitHub } from "../github/client.ts";
import { useTestApi } from "../shared/test-api.ts";
import type { WantedProof } from "./proof.ts";
import { proofFaults } from "./proof.ts";
import { asCommits, signedBy, signedLinks, testKey, testKeys, testRecords } from "./records/test-keys.ts";

const now = new Date("2026-03-10T12:00:00Z");
const sources = { web: "web-1", worker: "worker-1", mailer: "again-1" };
const migrations = "migrations-1";
const reference = "registry.fly.io/images:content-1";
const wanted: WantedProof = {
  ...{ owner: "o", repository: "r", provenOn: "staging", records: testRecords, proofDays: 14 },
  content: { sources, migrations },
  program: "program-1",
  image: { app: "images", reference },
};

interface Release {
  readonly sources: Readonly<Record<string, string>>;
  readonly migrations: string;
}
const release: Release = { sources, migrations };

function begun(attempt: number, of: Release = release, more: object = {}): object {
  const part = (name: string): object => ({ source: of.sources[name], commit: "c" });
  const worker = (name: string): object => ({ ...part(name), image: reference, config: "x" });
  return {
    ...{ kind: "begun", attempt, at: `2026-03-09T1${String(attempt)}:00:00Z`, by: "a@b", settings: "s" },
    ...{ release: "r", commit: String(attempt).repeat(40), checks: [], deployment: attempt },
    ...{ program: "program-1", ...more },
    composition: {
      ...{ web: part("web"), workers: { worker: worker("worker"), mailer: worker("mailer") } },
      ...{ variables: { web: {}, workers: {} }, migrations: { digest: of.migrations, names: [] } },
    },
  };
}
const ended = (attempt: number, more: object = {}): object => ({
  ...{ kind: "ended", attempt, at: "2026-03-09T15:00:00Z", result: "success" },
  ...{ description: "smoke test passed: a plan", images: [{ reference, digest: "sha256:1" }], ...more },
});
const failed = { result: "failure", description: "worker-deployment failed (update)", images: undefined };
const other: Release = { ...release, sources: { ...sources, web: "web-2" } };

let links = signedLinks([]);
/** Digest of the image that the registry holds; null when it holds none. */
let registry: string | null = "sha256:1";
const { access, calls } = useTestApi(({ url }) => {
  if (url.includes("/git/ref/"))
    return links.length === 0
      ? { status: 404, body: {} }
      : { status: 200, body: { object: { sha: links[0]?.sha } } };
  if (url.includes("/commits")) return { status: 200, body: asCommits(links) };
  return { status: 200, body: { data: { app: { image: registry === null ? null : { digest: registry } } } } };
});
const ask = async (): Promise<readonly string[]> =>
  proofFaults(
    wanted,
    await openGitHub(access),
    { fly: { ...access, graphqlUrl: access.baseUrl } } as unknown as CloudAccess,
    now,
  );
const faultsIn = (...entries: readonly object[]): Promise<readonly string[]> => {
  links = signedLinks(entries);
  return ask();
};

describe("the proof of a content on staging", () => {
  it.each<[string, readonly object[]]>([
    ["it succeeded there with the image that the registry holds", [begun(1), ended(1)]],
    ["another content succeeded there since", [begun(1), ended(1), begun(2, other), ended(2)]],
    [
      "another program rolled it out there since",
      [begun(1), ended(1), begun(2, release, { program: "program-2" }), ended(2)],
    ],
    ["the same content failed there first", [begun(1), ended(1, failed), begun(2), ended(2)]],
  ])("counts when %s", async (_name, entries) => {
    calls.length = 0;
    expect(await faultsIn(...entries)).toEqual([]);
    expect(calls.filter(({ method, url }) => method !== "GET" && !url.endsWith("/graphql"))).toEqual([]);
  });

  it.each<[string, readonly object[], string]>([
    ["there is no record", [], "staging has no rollout on record"],
    [
      "it still runs",
      [begun(1)],
      "staging's newest attempt (#1 of commit 111111111111, begun 2026-03-09T11:00:00Z) still runs; expected a success",
    ],
    ["it failed", [begun(1), ended(1, failed)], "failed; expected a success"],
    [
      "its smoke test failed and was not required",
      [begun(1), ended(1, { description: "smoke test failed, and is not required: no plan" })],
      "proves nothing: smoke test failed, and is not required: no plan",
    ],
    [
      "it had no smoke test",
      [begun(1), ended(1, { description: "rolled out" })],
      "proves nothing: rolled out",
    ],
    ["it names no image", [begun(1), ended(1, { images: undefined })], `names no image ${reference}`],
    [
      "it is too long ago",
      [begun(1), ended(1, { at: "2026-02-01T10:00:00Z" })],
      "the proof on staging is of 2026-02-01T10:00:00Z, and one counts for 14 days",
    ],
    [
      "its date cannot be read",
      [begun(1), ended(1, { at: "yesterday" })],
      "the proof on staging is of yesterday",
    ],
    [
      "a newer attempt failed",
      [begun(1), ended(1), begun(2), ended(2, failed)],
      "(#2 of commit 222222222222",
    ],
    ["a newer attempt still runs", [begun(1), ended(1), begun(2)], "still runs"],
    [
      "another program rolled it out",
      [begun(1, release, { program: "program-0" }), ended(1)],
      "the attempt on staging with this content (#1 of commit 111111111111, begun 2026-03-09T11:00:00Z) was rolled out by the program " +
        "program-0, and this one is program-1: infra, stacks, cli, a script, a fly.*.toml or the packages differ " +
        "(git diff --stat 111111111111 HEAD). Roll this commit out there first: bin/rollout up --stack staging",
    ],
    [
      "an earlier version rolled it out, which entered no program",
      [begun(1, release, { program: undefined }), ended(1)],
      "has no program on record: an earlier version rolled it out. Roll this commit out there first: bin/rollout up --stack staging",
    ],
    [
      "the program has only rolled back to it",
      [
        ...[begun(1, release, { program: "program-0" }), ended(1), begun(2, other), ended(2)],
        ...[begun(3, release, { returnsTo: 1 }), ended(3)],
      ],
      "was a rollback, which proves neither builds nor migrations. Roll this commit out there first",
    ],
  ])("does not count when %s", async (_name, entries, reason) => {
    expect((await faultsIn(...entries)).join("\n")).toContain(reason);
  });

  it("does not count when its image is another one than the registry's, or was lost", async () => {
    registry = "sha256:2";
    expect(await faultsIn(begun(1), ended(1))).toEqual([
      `staging proved sha256:1, and Fly's registry holds sha256:2 as ${reference}`,
    ]);
    registry = null;
    expect(await faultsIn(begun(1), ended(1))).toEqual([`Fly's registry does not hold ${reference}`]);
    registry = "sha256:1";
  });

  it.each(["web", "worker", "mailer"] as const)("does not count for other sources of %s", async (part) => {
    const found = await faultsIn(
      begun(1, { ...release, sources: { ...sources, [part]: "another" } }),
      ended(1),
    );
    expect(found.join("\n")).toContain(`${part} sources another instead of ${sources[part]}`);
  });

  it("does not count for another set of migrations", async () => {
    const found = await faultsIn(begun(1, { ...release, migrations: "another" }), ended(1));
    expect(found.join("\n")).toContain("migrations another instead of migrations-1");
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ["not signed", (text) => text, /entry 2 .* is not signed/],
    ["signed by another", (text) => signedBy(testKey("mine"), text), /entry 2 .* is signed by mine/],
    [
      "signed by production's key",
      (text) => signedBy(testKeys.production, text),
      /entry 2 .* is signed by production-1, which is none of the keys of rollout:record.keys \(staging-1\)/,
    ],
  ])("does not count when the success is %s", async (_name, sign, reason) => {
    const [newest, oldest] = signedLinks([begun(1), ended(1)]);
    if (!newest || !oldest) throw new Error("the record has two entries");
    links = [{ ...newest, message: sign(newest.message.replace(/,"signature".*$/, "}")) }, oldest];
    await expect(ask()).rejects.toThrow(reason);
  });
});
