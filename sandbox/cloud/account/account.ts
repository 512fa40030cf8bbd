import { mkdirSync } from "node:fs";
import type { Home } from "../../home.ts";
import { openStore } from "../store.ts";
import {
  accountSettingNames,
  defaultOf,
  parseAccountSetting,
  type AccountSettingName,
  type AccountState,
} from "./settings.ts";

/** The accounts at the four clouds: kind of key, plan, rights. Kept in the home, read by each call. */
export interface Account {
  get(name: AccountSettingName): string;
  /** The entries of a setting that is a list. */
  list(name: AccountSettingName): readonly string[];
  all(): Readonly<Record<AccountSettingName, string>>;
  /** @throws AccountSettingError when there is no such setting or value. */
  set(name: string, value: string): Promise<void>;
  /** Every setting has its default again. */
  reset(): Promise<void>;
}

/** Folder of the settings in a home, as `home.cloud` names it. */
export const accountFolder = "account";

export async function openAccount(home: Home): Promise<Account> {
  const folder = home.cloud(accountFolder);
  mkdirSync(folder, { recursive: true });
  const store = await openStore<AccountState>(folder, {});
  const get: Account["get"] = (name) => store.state[name] ?? defaultOf(name);
  return {
    get,
    list: (name) =>
      get(name)
        .split(",")
        .filter((each) => each !== "none"),
    all: () => allSettings(store.state),
    set: async (name, value) => {
      const parsed = parseAccountSetting(name, value);
      if (parsed.value === defaultOf(parsed.name)) Reflect.deleteProperty(store.state, parsed.name);
      else store.state[parsed.name] = parsed.value;
      await store.commit();
    },
    reset: async () => {
      for (const name of accountSettingNames) Reflect.deleteProperty(store.state, name);
      await store.commit();
    },
  };
}

export function allSettings(state: AccountState): Readonly<Record<AccountSettingName, string>> {
  return Object.fromEntries(
    accountSettingNames.map((name) => [name, state[name] ?? defaultOf(name)]),
  ) as Record<AccountSettingName, string>;
}
