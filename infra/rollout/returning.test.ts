import { describe, expect, it } from "vitest";
import type { CloudAccess } from "../shared/cloud-access.ts";
import { openGitHub } from "../github/client.ts";
import { useTestApi } from "../shared/test-api.ts";
import { entryHash } from "./records/entry.ts";
import { testAttempt } from "./records/test-attempt.ts";
import { returnFaults } from "./returning.ts";

const { number, ended, ...begun } = testAttempt(1, "a");
const entries = [
  { schema: 2, kind: "begun", attempt: number, ...begun },
  { schema: 2, kind: "ended", attempt: number, ...ended },
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
const { access } = useTestApi(({ url }) => {
  if (url.includes("/git/ref/")) return { status: 200, body: { object: { sha: listed[0]?.sha } } };
  if (url.includes("/statuses")) {
    const description = `record ${entryHash(links[0]?.commit.message ?? "")}`;
    return { status: 200, body: [{ state: "success", description, created_at: "" }] };
  }
  return { status: 200, body: listed };
});
const faults = async (): Promise<readonly string[]> =>
  returnFaults(
    {
      owner: "o",
      repository: "r",
      environment: "staging",
      returnsTo: 1,
      images: { app: "a", references: ["other"] },
    },
    await openGitHub(access),
    {} as CloudAccess,
  );

describe("a release that an environment had", () => {
  it("may run there again while its record matches its deployment", async () => {
    expect(await faults()).toEqual([]);
  });

  it("may not where the record was written again with right hashes that its deployment does not have", async () => {
    const [first = {}, last = {}] = entries;
    listed = linksOf([{ ...first, commit: "f".repeat(40) }, last]);
    expect((await faults()).join()).toMatch(/^the record of staging was changed: .* its deployment has /);
  });
});
