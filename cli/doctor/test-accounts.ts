import { join } from "node:path";
import type { Checked } from "../../stacks/doctor/check.ts";
import { examine } from "../../stacks/doctor/check.ts";
import { accountChecks } from "../../stacks/doctor/account-checks.ts";
import type { Settings } from "../../stacks/settings-schema.ts";
import { settingsSchema } from "../../stacks/settings-schema.ts";
import { readSettingsFile } from "../settings-file.ts";
import { doctorContext } from "./context.ts";

const folder = join(import.meta.dirname, "..", "..", "tests", "fixtures", "settings");

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
export async function examineAccounts(under: AccountsUnderTest): Promise<readonly Checked[]> {
  const { access, commit, stack = "staging", settings = {}, look } = under;
  const session = { checkout: folder, environment: {}, out: process.stdout, err: process.stderr };
  const fly = { ...access.fly, graphqlUrl: access.fly.baseUrl };
  const context = doctorContext(
    session,
    stack,
    { ...access, fly },
    (of, name) => readSettingsFile(of, name).settings,
  );
  const changed = Object.fromEntries(
    Object.entries(context.settings).map(([part, given]) => [
      part,
      typeof given === "object" ? { ...given, ...settings[part as keyof Settings] } : given,
    ]),
  );
  const parsed = settingsSchema.parse(changed);
  const regions = Object.values(parsed.fly.machines).flatMap((each) => each.regions ?? []);
  return examine(
    accountChecks(
      { ...context, commit, settings: parsed, regions: regions.length > 0 ? regions : context.regions },
      look,
    ),
    20_000,
  );
}
