import { join } from "node:path";
import { openGitHub } from "@rollout/infra/github/client";
import { enterBegin } from "@rollout/infra/rollout/records/keep";
import { testKeys, testRecords } from "@rollout/infra/rollout/records/test-keys";
import type { Checked } from "../../stacks/doctor/check.ts";
import { examine } from "../../stacks/doctor/check.ts";
import { accountChecks } from "../../stacks/doctor/account-checks.ts";
import { accountFaults } from "../../stacks/doctor/account-faults.ts";
import type { DoctorContext } from "../../stacks/doctor/context.ts";
import { kindOf } from "../../stacks/environments.ts";
import type { Settings } from "../../stacks/settings/schema.ts";
import { settingsSchemaOf } from "../../stacks/settings/schema.ts";
import { application as ownApplication } from "../../rollout.config.ts";
import { readSettingsFile } from "../../cli/settings-file.ts";
import { doctorContext } from "../../cli/doctor/context.ts";

const limitMilliseconds = 20_000;

/** With the workers of the fixture, whichever the checkout declares. */
const worker = { description: "App of a worker." };
const application = { ...ownApplication, workers: { worker, regenerator: worker } };

const folder = join(import.meta.dirname, "..", "fixtures", "settings");

/** Where a cloud answers, and its token. */
export interface TestAccess {
  readonly baseUrl: string;
  readonly token: string;
}

export interface AccountsUnderTest {
  readonly access: Readonly<Record<"neon" | "fly" | "vercel" | "github", TestAccess>>;
  readonly commit: string;
  readonly stack?: "staging" | "prod";
  /** Settings in the place of the fixture's, by cloud. */
  readonly settings?: Readonly<Partial<Record<keyof Settings, object>>>;
  /** Answers the look at a vercel.app address. */
  readonly look?: typeof fetch;
}

/** What doctor finds of the accounts, for a test that has emulators of them. */
export function examineAccounts(under: AccountsUnderTest): Promise<readonly Checked[]> {
  return examine(accountChecks(contextOf(under), under.look), limitMilliseconds);
}

/** What of it stops a rollout before it begins: of the stack, of an environment of a pull request, or a rollback. */
export async function faultsOfAccounts(
  under: AccountsUnderTest,
  of: "rollout" | "preview environment" | "rollback",
): Promise<readonly string[]> {
  const usual = contextOf(under);
  const context: DoctorContext = {
    ...usual,
    ...(of === "preview environment" ? { kind: kindOf("pr-7") ?? usual.kind } : {}),
    settings: { ...usual.settings, ...(of === "rollback" ? { release: "1" } : {}) },
  };
  const checks = accountChecks(context, under.look);
  return (await accountFaults(context, { checks, limitMilliseconds })).faults;
}

function contextOf(under: AccountsUnderTest): DoctorContext {
  const { access, commit, stack = "staging", settings = {} } = under;
  const session = { checkout: folder, environment: {}, out: process.stdout, err: process.stderr };
  const fly = { ...access.fly, graphqlUrl: access.fly.baseUrl };
  const context = doctorContext(
    session,
    stack,
    { ...access, fly },
    (of, name) => readSettingsFile(of, name, application).settings,
    application,
  );
  const changed = Object.fromEntries(
    Object.entries(context.settings).map(([part, given]) => [
      part,
      typeof given === "object" ? { ...given, ...settings[part as keyof Settings] } : given,
    ]),
  );
  const parsed = settingsSchemaOf(application).parse(changed);
  const regions = Object.values(parsed.fly.machines).flatMap((each) => each.regions ?? []);
  return { ...context, commit, settings: parsed, regions: regions.length > 0 ? regions : context.regions };
}

/** Enters names in the record of staging, as an attempt does that may make such things. */
export async function recordAsMade(
  github: TestAccess,
  commit: string,
  names: readonly string[],
): Promise<void> {
  const source = { source: "s", commit };
  const part = { ...source, image: "i", config: "c" };
  const migrations = { digest: "d", names: [] };
  const variables = { web: {}, workers: {} };
  const place = { owner: "atlaris", repository: "atlaris", environment: "staging", records: testRecords };
  const privateKeys = [testKeys.staging.secret];
  await enterBegin(
    { github: await openGitHub(github), place, privateKeys },
    {
      ...{ by: "a test", release: commit, commit, checks: [], settings: "s" },
      composition: { web: source, workers: { worker: part, regenerator: part }, variables, migrations },
      ...{ deployment: 1, names: [...names] },
    },
  );
}
