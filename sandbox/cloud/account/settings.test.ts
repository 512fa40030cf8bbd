import { expect, it } from "vitest";
import { accountSettingNames, defaultOf, parseAccountSetting, setting } from "./settings.ts";

it.each(accountSettingNames)("%s takes its default and each of its values", (name) => {
  for (const value of [defaultOf(name), ...Object.keys(setting(name).values)])
    expect(parseAccountSetting(name, value)).toEqual({ name, value });
});

it.each([
  ["neon.kee", "personal", "neon.kee is no setting: neon.key"],
  ["", "", "nothing is no setting: neon.key"],
  ["neon.key", "private", "neon.key must be one of organization, personal; got private"],
  ["neon.key", "", "neon.key must be one of organization, personal; got nothing"],
])("refuses %j with the value %j, and lists what there is", (name, value, message) => {
  expect(() => parseAccountSetting(name, value)).toThrow(message);
});
