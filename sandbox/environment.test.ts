import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { sandboxEnvironment } from "./environment.ts";
import { cloudNames } from "./cloud/emulator.ts";
import { openHome } from "./home.ts";

it("hands on what a machine needs, and no credential of the user's real accounts", () => {
  const kept = {
    PATH: "/bin",
    HOME: "/home/ada",
    LANG: "C",
    https_proxy: "http://proxy",
    npm_config_cache: "/c",
  };
  const credentials = {
    ...{
      AWS_ACCESS_KEY_ID: "a",
      AWS_PROFILE: "work",
      AZURE_CLIENT_ID: "b",
      GOOGLE_APPLICATION_CREDENTIALS: "/key.json",
    },
    ...{ SSH_AUTH_SOCK: "/agent", STRIPE_API_KEY: "c", NPM_TOKEN: "d", GH_TOKEN: "e", DB_PASSWORD: "f" },
    ...{ PULUMI_ACCESS_TOKEN: "g", CLIENT_SECRET: "h", NEON_API_KEY: "real", FLY_API_TOKEN: "real" },
  };
  const folder = mkdtempSync(join(tmpdir(), "environment-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const names = <Value>(value: Value) =>
    Object.fromEntries(cloudNames.map((name) => [name, value])) as Record<(typeof cloudNames)[number], Value>;
  const environment = sandboxEnvironment(
    folder,
    openHome(folder, join(folder, "home")),
    { clouds: names("http://127.0.0.1:1"), control: "http://127.0.0.1:1" } as Parameters<
      typeof sandboxEnvironment
    >[2],
    { clouds: names("of-the-sandbox"), control: "c", passphrase: "of-the-sandbox" },
    { ...kept, ...credentials },
  );
  const { PATH: _path, ...others } = kept;
  expect(environment).toMatchObject({
    ...others,
    NEON_API_KEY: "of-the-sandbox",
    FLY_API_TOKEN: "of-the-sandbox",
  });
  const { NEON_API_KEY: _neon, FLY_API_TOKEN: _fly, ...gone } = credentials;
  expect(Object.keys(environment).filter((name) => Object.hasOwn(gone, name))).toEqual([]);
  expect(Object.values(environment)).not.toContain("real");
});
