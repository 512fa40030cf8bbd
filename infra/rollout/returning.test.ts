import { describe, expect, it } from "vitest";
import type { CloudAccess } from "../shared/cloud-access.ts";
import { openGitHub } from "../github/client.ts";
import { useTestApi } from "../shared/test-api.ts";
import { entryHash } from "./records/entry.ts";
import { testAttempt } from "./records/test-attempt.ts";
import { returnFaults } from "./returning.ts";

const { number, ended, ...begun } = testAttempt(1, "a");
const reference = Object.values(begun.composition.workers)[0]?.image ?? "";
const entries = [
  { schema: 2, kind: "begun", attempt: number, ...begun },
  { schema: 2, kind: "ended", attempt: number, ...ended, images: [{ reference, digest: "sha256:1" }] },
];
/** As GitHub lists the commits of a record, newest first; each holds the hash of the one before. */
function linksOf(
  written: readonly object[],
): { sha: string; parents: object[]; commit: { message: string } }[] {
  const links: ReturnType<typeof linksOf> = [];
  for (const entry of written) {
    const [before] = links;
    const message = JSON.stringify({ ...entry, previous: before ? entryHash(before.commit.message) : "" });
    links.unshift({
      sha: entryHash(message),
      parents: before ? [{ sha: before.sha }] : [],
      commit: { message },
    });
  }
  return links;
}

const links = linksOf(entries);
let listed = links;
/** What the registry holds under the release's reference. */
let held: string | null = "sha256:1";
const { access } = useTestApi(({ url }) => {
  if (url.includes("/git/ref/")) return { status: 200, body: { object: { sha: listed[0]?.sha } } };
  if (url.includes("/statuses")) {
    const description = `record ${entryHash(links[0]?.commit.message ?? "")}`;
    return { status: 200, body: [{ state: "success", description, created_at: "" }] };
  }
  if (!url.includes("/commits"))
    return { status: 200, body: { data: { app: { image: held && { digest: held } } } } };
  return { status: 200, body: listed };
});
const faults = async (): Promise<readonly string[]> =>
  returnFaults(
    {
      owner: "o",
      repository: "r",
      environment: "staging",
      returnsTo: 1,
      images: { app: "a", references: [reference] },
    },
    await openGitHub(access),
    { fly: { ...access, graphqlUrl: access.baseUrl } } as unknown as CloudAccess,
  );

describe("a release that an environment had", () => {
  it("may run there again while its record matches its deployment", async () => {
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

  it("may not where the record was written again with right hashes that its deployment does not have", async () => {
    const [first = {}, last = {}] = entries;
    listed = linksOf([{ ...first, commit: "f".repeat(40) }, last]);
    expect((await faults()).join()).toMatch(/^the record of staging was changed: .* its deployment has /);
  });
});
