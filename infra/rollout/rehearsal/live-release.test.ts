import { expect, it } from "vitest";
import { openGitHub } from "../../github/client.ts";
import { useTestApi } from "../../shared/test-api.ts";
import { testAttempt } from "../records/test-attempt.ts";
import { asCommits, signedLinks, testRecords } from "../records/test-keys.ts";
import { liveRelease } from "./live-release.ts";

const { number: attempt, ended, ...begun } = testAttempt(1, "a");
const noted = {
  kind: "noted",
  attempt,
  event: "destroyed",
  by: "a@b",
  at: "2026-01-05",
  description: "by pulumi destroy",
};
const entries = [
  { kind: "begun", attempt, ...begun },
  { kind: "ended", attempt, ...ended },
];
/** Oldest first. */
let record: readonly object[] = entries;
const { access } = useTestApi(({ url }) => {
  if (url.includes("/git/ref/")) return { status: 200, body: { object: { sha: "1" } } };
  if (url.includes("/statuses")) return { status: 200, body: [{ state: "success", created_at: "" }] };
  if (url.includes("/deployments"))
    return { status: 200, body: [{ id: 1, sha: "c", created_at: "", payload: {} }] };
  return { status: 200, body: asCommits(signedLinks(record)) };
});
const place = { owner: "o", repository: "r", environment: "staging", records: testRecords };
const found = async (): ReturnType<typeof liveRelease> => liveRelease(await openGitHub(access), place);

it("finds the live release by the record, and none after a destroy, though its deployments are there", async () => {
  expect(await found()).toMatchObject({ number: 1 });
  record = [...entries, noted];
  expect(await found()).toBeUndefined();
});
