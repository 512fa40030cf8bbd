import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accountFolder, allSettings } from "../cloud/account/account.ts";
import {
  AccountSettingError,
  accountSettingNames,
  defaultOf,
  parseAccountSetting,
  setting,
  type AccountState,
} from "../cloud/account/settings.ts";
import type { Home } from "../home.ts";
import { UserError } from "../user-error.ts";
import type { Sandbox } from "./sandbox.ts";
import { callClouds } from "./start-clouds.ts";
import { table } from "./table.ts";

const settingsText = accountSettingNames
  .map((name) => {
    const { what, values, isList } = setting(name);
    const about = isList ? `${what}: none, or a list of` : what;
    const rows = Object.entries(values).map(([value, meaning]) =>
      `    ${value.padEnd(15)} ${meaning}`.trimEnd(),
    );
    return [`  ${name.padEnd(16)}${about} (default: ${defaultOf(name)})`, ...rows].join("\n");
  })
  .join("\n");

const accountHelp = `bin/sandbox account show                       lists the settings of the accounts at the clouds
bin/sandbox account set CLOUD.NAME=VALUE…      changes them, at once
bin/sandbox account reset                      all have their defaults again

What a cloud answers depends on the account: kind of key, plan, rights of the token. By default everything is allowed.

  bin/sandbox account show
  bin/sandbox account set neon.key=personal
  bin/sandbox account set github.lacks=checks,issues github.ci=job
  bin/sandbox account show --json
  bin/sandbox account reset

Settings:
${settingsText}

Each takes --json. The settings stay, over restarts too; \`bin/sandbox reset\` deletes them with everything else.
`;

/** Shows and changes the accounts that the emulators act as. */
export async function account(sandbox: Sandbox, args: readonly string[]): Promise<number> {
  const [verb = "show", ...rest] = args.filter((each) => each !== "--json");
  const isJson = args.includes("--json");
  const print = (state: unknown): number => {
    const settings = state as Readonly<Record<string, string>>;
    process.stdout.write(isJson ? `${JSON.stringify(settings, undefined, 2)}\n` : listing(settings));
    return 0;
  };
  const call = (method: string, path: string, body?: unknown): Promise<unknown> =>
    callClouds(sandbox, method, path, body);

  switch (verb) {
    case "--help":
    case "-h":
    case "help":
      process.stdout.write(accountHelp);
      return 0;
    case "show":
      takesNothing(verb, rest);
      return print(readAccount(sandbox.home));
    case "reset":
      takesNothing(verb, rest);
      return print(await call("DELETE", "/account"));
    case "set": {
      if (rest.length === 0)
        throw new UserError(`bin/sandbox account set: CLOUD.NAME=VALUE is required. ${seeHelp}`, 2);
      // All are checked before the first is set.
      const changes = rest.map(changeOf);
      let state: unknown;
      for (const { name, value } of changes) state = await call("PUT", `/account/${name}`, { value });
      return print(state);
    }
    default:
      throw new UserError(`There is no bin/sandbox account ${verb}. ${seeHelp}`, 2);
  }
}

const seeHelp = "See: bin/sandbox account --help";

/** As they are on disk: a sandbox that does not run keeps its own. */
function readAccount(home: Home): Readonly<Record<string, string>> {
  try {
    const file = join(home.cloud(accountFolder), "state.json");
    return allSettings(JSON.parse(readFileSync(file, "utf8")) as AccountState);
  } catch {
    return allSettings({});
  }
}

function listing(settings: Readonly<Record<string, string>>): string {
  const rows = accountSettingNames.map((name) => {
    const value = settings[name] ?? "";
    return [name, value, value === defaultOf(name) ? "" : `default: ${defaultOf(name)}`];
  });
  return `${table(rows)
    .map((row) => row.trimEnd())
    .join("\n")}\n`;
}

function changeOf(text: string): { readonly name: string; readonly value: string } {
  const [name = "", ...value] = text.split("=");
  try {
    return parseAccountSetting(name, value.join("="));
  } catch (error) {
    if (!(error instanceof AccountSettingError)) throw error;
    throw new UserError(`${error.message}\n${seeHelp}`, 2);
  }
}

function takesNothing(verb: string, rest: readonly string[]): void {
  if (rest.length > 0)
    throw new UserError(
      `bin/sandbox account ${verb} takes --json or nothing, got ${rest.join(" ")}. ${seeHelp}`,
      2,
    );
}
