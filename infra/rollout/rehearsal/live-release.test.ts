import { expect, it } from "vitest";
import { openGitHub } from "../../github/client.ts";
import { useTestApi } from "../../shared/test-api.ts";
import { testAttempt } from "../records/test-attempt.ts";
import { liveRelease } from "./live-release.ts";

const { number: attempt, ended, ...begun } = testAttempt(1, "a");
const noted = {
  kind: "noted",
  event: "destroyed",
  by: "a@b",
  at: "2026-01-05",
  description: "by pulumi destroy",
};
const entries = [
  { kind: "ended", ...ended },
  { kind: "begun", ...begun },
];
/** Newest first, as GitHub lists them. */
let record: readonly object[] = entries;
const { access } = useTestApi(({ url }) => {
  if (url.includes("/git/ref/")) return { status: 200, body: { object: { sha: "1" } } };
  if (url.includes("/statuses")) return { status: 200, body: [{ state: "success", created_at: "" }] };
  if (url.includes("/deployments"))
    return { status: 200, body: [{ id: 1, sha: "c", created_at: "", payload: {} }] };
  const messages = record.map((entry) => JSON.stringify({ schema: 2, attempt, previous: "", ...entry }));
  return { status: 200, body: messages.map((message) => ({ sha: "1", parents: [], commit: { message } })) };
});
const place = { owner: "o", repository: "r", environment: "staging" };
const found = async (): ReturnType<typeof liveRelease> => liveRelease(await openGitHub(access), place);

it("finds the live release by the record, and none after a destroy, though its deployments are there", async () => {
  expect(await found()).toMatchObject({ number: 1 });
  record = [noted, ...entries];
  expect(await found()).toBeUndefined();
});
