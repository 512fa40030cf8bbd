import { describe, expect, it } from "vitest";
import type { CloudAccess } from "../shared/cloud-access.ts";
import { openGitHub } from "../github/client.ts";
import { useTestApi } from "../shared/test-api.ts";
import { sourcesOf } from "./records/entry.ts";
import { testAttempt } from "./records/test-attempt.ts";
import { asCommits, signedBy, signedLinks, testKey, testRecords } from "./records/test-keys.ts";
import { provenHere, rollbackFaults } from "./rollback-checks.ts";

const { number, ended, ...begun } = testAttempt(1, "a");
const reference = Object.values(begun.composition.workers)[0]?.image ?? "";
const entries = [
  { kind: "begun", attempt: number, ...begun },
  { kind: "ended", attempt: number, ...ended, images: [{ reference, digest: "sha256:1" }] },
];
const links = signedLinks(entries);
let listed = links;
/** What the registry holds under the release's reference. */
let held: string | null = "sha256:1";
const { access } = useTestApi(({ url }) => {
  if (url.includes("/git/ref/")) return { status: 200, body: { object: { sha: listed[0]?.sha } } };
  if (!url.includes("/commits"))
    return { status: 200, body: { data: { app: { image: held && { digest: held } } } } };
  return { status: 200, body: asCommits(listed) };
});
const provenNumber = async (program: string, more: object): Promise<number | undefined> => {
  const [first, last] = entries;
  listed = signedLinks([{ ...first, ...more }, last ?? {}]);
  const { web, workers, migrations } = begun.composition;
  const content = { sources: sourcesOf({ web, workers }), migrations: migrations.digest };
  const proven = await provenHere(
    content,
    { program, image: { app: "a", reference } },
    { owner: "o", repository: "r", environment: "staging", records: testRecords },
    await openGitHub(access),
    { fly: { ...access, graphqlUrl: access.baseUrl } } as unknown as CloudAccess,
  );
  return proven?.number;
};
const faults = async (): Promise<readonly string[]> =>
  rollbackFaults(
    {
      owner: "o",
      repository: "r",
      environment: "staging",
      records: testRecords,
      returnsTo: 1,
      images: { app: "a", references: [reference] },
    },
    await openGitHub(access),
    { fly: { ...access, graphqlUrl: access.baseUrl } } as unknown as CloudAccess,
  );

describe("a release that an environment had", () => {
  it("may run there again while the registry has its image", async () => {
    expect(await faults()).toEqual([]);
  });

  it("may not where its image was deleted, or replaced by another", async () => {
    held = null;
    expect(await faults()).toEqual(["Fly's registry does not hold registry.fly.io/app:a any more"]);
    held = "sha256:2";
    expect(await faults()).toEqual([
      "Fly's registry holds sha256:2 as registry.fly.io/app:a, and sha256:1 ran here",
    ]);
    held = "sha256:1";
  });

  it("may not where no success on record names the digest of its image", async () => {
    const [first = {}, last = {}] = entries;
    listed = signedLinks([first, { ...last, images: [] }]);
    expect(await faults()).toEqual([`no success on record names the digest of the image ${reference}`]);
  });

  it("may not where another key has written the record", async () => {
    const [newest, oldest] = links;
    if (!newest || !oldest) throw new Error("the record has two entries");
    const forged = signedBy(testKey("mine"), newest.message.replace(/,"signature".*$/, "}"));
    listed = [{ ...newest, message: forged }, oldest];
    await expect(faults()).rejects.toThrow(/the record of staging is refused.*\n.*is signed by mine/);
  });
});

describe("a release that an environment had, checked out again", () => {
  it("is proven there by the program that rolled it out, and by no other and no rollback", async () => {
    expect(await provenNumber("p", { program: "p" })).toBe(1);
    expect(await provenNumber("q", { program: "p" })).toBeUndefined();
    expect(await provenNumber("p", {})).toBeUndefined();
    expect(await provenNumber("p", { program: "p", returnsTo: 1 })).toBeUndefined();
  });
});
