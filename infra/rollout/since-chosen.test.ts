import { describe, expect, it } from "vitest";
import { openGitHub } from "../github/client.ts";
import { useTestApi } from "../shared/test-api.ts";
import { testAttempt } from "./records/test-attempt.ts";
import { asCommits, signedLinks, testRecords } from "./records/test-keys.ts";
import { rolloutSince } from "./since-chosen.ts";

const entryOf = (number: number): object => {
  const { number: _number, ended: _ended, ...begun } = testAttempt(number, "b");
  return { kind: "begun", attempt: number, ...begun };
};
const { access } = useTestApi(({ url }) =>
  url.includes("/git/ref/")
    ? { status: 200, body: { object: { sha: "1" } } }
    : { status: 200, body: asCommits(signedLinks([entryOf(7)])) },
);
const place = { owner: "o", repository: "r", environment: "staging", records: testRecords };

describe("a release that was chosen while #6 was the newest", () => {
  it("is refused where another rollout has begun since", async () => {
    expect(await rolloutSince("6", place, await openGitHub(access))).toBe(
      "another rollout of staging (#7 of commit bbbbbbbbbbbb, by ada@laptop) has begun since the release to run was " +
        "chosen, and would be undone: run the command again if that is meant",
    );
  });

  it.each(["7", "", undefined])("passes where %s was seen", async (seen) => {
    expect(await rolloutSince(seen, place, await openGitHub(access))).toBeUndefined();
  });
});
