import { beforeEach, expect, it } from "vitest";
import type { CloudAccess } from "../shared/cloud-access.ts";
import { openGitHub } from "../github/client.ts";
import { useTestApi } from "../shared/test-api.ts";
import { asCommits, signedLinks, testRecords } from "./records/test-keys.ts";
import { pushedAgainFaults } from "./rollback-checks.ts";

const reference = "registry.fly.io/worker:content-1";
const images = { app: "worker", references: [reference] };
let held: string | undefined;
let ran: { readonly reference: string; readonly digest: string | undefined };

/** A record with one success, and a registry that has `held` under the release's tag. */
const { access } = useTestApi(({ url }) => {
  if (url.includes("/git/ref/")) return { status: 200, body: { ref: "r", object: { sha: "s" } } };
  if (!url.includes("/commits"))
    return { status: 200, body: { data: { app: { image: held === undefined ? null : { digest: held } } } } };
  const part = { source: "s", commit: "c" };
  const worker = { ...part, image: ran.reference, config: "x" };
  const entries = [
    {
      ...{ kind: "begun", attempt: 3, at: "2026-01-01", by: "a@b" },
      ...{ release: "c", commit: "c", checks: [], settings: "s", deployment: 1 },
      composition: {
        ...{ web: part, workers: { worker, mailer: worker }, variables: { web: {}, workers: {} } },
        migrations: { digest: "d", names: [] },
      },
    },
    {
      ...{ kind: "ended", attempt: 3, at: "2026-01-01", result: "success", description: "" },
      ...(ran.digest === undefined ? {} : { images: [{ reference: ran.reference, digest: ran.digest }] }),
    },
  ];
  return { status: 200, body: asCommits(signedLinks(entries)) };
});

const faults = async (): Promise<readonly string[]> => {
  const place = { owner: "o", repository: "r", environment: "staging", records: testRecords };
  const clouds = { fly: { ...access, graphqlUrl: access.baseUrl } } as unknown as CloudAccess;
  return pushedAgainFaults(images, place, await openGitHub(access), clouds);
};

beforeEach(() => {
  held = "sha256:1";
  ran = { reference, digest: "sha256:1" };
});

it("refuses a release whose tag was pushed again since it ran", async () => {
  held = "sha256:2";
  expect(await faults()).toEqual([
    "Fly's registry holds sha256:2 as registry.fly.io/worker:content-1, and sha256:1 ran here (#3): " +
      "another image was pushed over it. Any change of the Dockerfile, such as a comment, gives the image another tag",
  ]);
});

it.each([
  ["holds what ran", () => undefined],
  ["does not hold it any more, so that it is built", () => (held = undefined)],
  ["holds an image of a tag that no release had", () => (ran = { reference: "another", digest: "sha256:3" })],
  ["holds an image of a release without a recorded digest", () => (ran = { ...ran, digest: undefined })],
])("accepts a release where the registry %s", async (_name, change) => {
  change();
  expect(await faults()).toEqual([]);
});
