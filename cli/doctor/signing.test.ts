import { asCommits, signedLinks, testKey, testKeys } from "@rollout/infra/rollout/records/test-keys";
import { testAttempt } from "@rollout/infra/rollout/records/test-attempt";
import { useTestApi } from "@rollout/infra/shared/test-api";
import { expect, it } from "vitest";
import type { DoctorContext } from "../../stacks/doctor/context.ts";
import { kindOf } from "../../stacks/environments.ts";
import type { Settings } from "../../stacks/settings/schema.ts";
import { recordSchema } from "../../stacks/settings/schema/record.ts";
import { signingChecks } from "./signing.ts";

const { number: attempt, ended: _ended, ...begun } = testAttempt(1, "a");
let links = signedLinks([{ kind: "begun", attempt, ...begun }]);
const { access } = useTestApi(({ url }) =>
  url.includes("/git/ref/")
    ? { status: 200, body: { object: { sha: links[0]?.sha } } }
    : { status: 200, body: asCommits(links) },
);

async function found(secret: string, keys: readonly object[]): Promise<object | undefined> {
  const environment = { ROLLOUT_SIGNING_KEY: secret, PATH: "" };
  const session = { checkout: ".", environment, out: process.stdout, err: process.stderr };
  const github = { owner: "o", repository: "r" };
  const settings = { github, record: recordSchema.parse({ keys }) } as unknown as Settings;
  const kind = kindOf("staging");
  const context = {
    stack: "staging",
    kind,
    settings,
    access: { github: access },
  } as unknown as DoctorContext;
  return signingChecks(session, context)[0]?.look();
}
const { secret, ...key } = testKeys.staging;
const listed = [{ ...key, stack: "staging" }];

it("names who signs the next entry, and what is missing for that", async () => {
  expect(await found(secret, listed)).toEqual({
    verdict: "holds",
    found: "every entry counts, and staging-1 signs the next one, entry 2",
  });
  const fix = "bin/rollout signing-key --stack staging";
  expect(await found(secret, [])).toEqual({
    verdict: "fails",
    found: "rollout:record.keys has no key of staging, so that no entry of its record would count",
    fix,
  });
  expect(await found(testKey("mine").secret, listed)).toMatchObject({
    found: expect.stringContaining("is none that rollout:record.keys lists for entry 2") as string,
    fix,
  });
  expect(await found("", listed)).toMatchObject({
    found: expect.stringMatching(/^no key to sign the record of staging with/) as string,
  });
});

it("names a record that does not count, with the command that shows more", async () => {
  links = signedLinks([{ kind: "begun", attempt, ...begun }], "production");
  expect(await found(secret, listed)).toEqual({
    verdict: "fails",
    found: expect.stringMatching(
      /^the record of staging is refused, .* entry 1 .* is signed by production-1/,
    ) as string,
    fix: "bin/rollout history --stack staging --verify",
  });
});
