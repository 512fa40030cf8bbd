import { beforeEach, expect, it } from "vitest";
import type { Link } from "@rollout/infra/rollout/records/chain";
import { liveOf } from "@rollout/infra/rollout/records/attempts";
import { bad, chainOf, good } from "@rollout/infra/rollout/records/test-chain";
import { commitsPage, testKeys } from "@rollout/infra/rollout/records/test-keys";
import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import { useTestApi } from "@rollout/infra/shared/test-api";
import { kindOf } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";
import { newestAttempts } from "./attempts-on-record.ts";

let chain: readonly Link[];
const { access, calls } = useTestApi(({ url }) =>
  url.includes("/git/ref/")
    ? { status: 200, body: { object: { sha: chain[0]?.sha } } }
    : commitsPage(chain, url, access.baseUrl),
);
beforeEach(() => void (calls.length = 0));

const settings = {
  github: { owner: "o", repository: "r" },
  record: { keys: [{ ...testKeys.staging, stack: "staging" }], trusted: {}, lost: [] },
} as unknown as Settings;
const kind = kindOf("staging");
if (!kind) throw new Error("there is no stack staging");
const read = () => newestAttempts({ kind, settings }, { github: access } as unknown as CloudAccess);
const releases = (count: number, result: typeof good | typeof bad) =>
  Array.from({ length: count }, (_, index) => ({ source: (index % 16).toString(16), ...result }));

it("takes one call for entries, however many there are", async () => {
  chain = chainOf(...releases(120, good));
  const attempts = await read();
  expect([attempts.length, attempts[0]?.number, calls.length]).toEqual([50, 120, 2]);
});

it("takes all entries where none of the newest releases is live", async () => {
  chain = chainOf(...releases(1, good), ...releases(70, bad));
  const attempts = await read();
  expect([attempts.length, liveOf(attempts)?.number]).toEqual([71, 1]);
});
