import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { table } from "./fly-toml.ts";

/**
 * flyctl keeps the version of each app's secrets that it last heard of and sends it with every machine it makes, so that
 * the machine does not start with older ones (superfly/flyctl v0.4.80, internal/appsecrets). It stands in the same file
 * and form as the real one's, but only where FLY_CONFIG_DIR names a folder: never in the user's own ~/.fly.
 */
const key = "app_secrets_minvers";

export function leastSecretsVersion(app: string): number | undefined {
  const version = table(read()[key])[app];
  return typeof version === "number" ? version : undefined;
}

export function rememberSecretsVersion(app: string, version: number): void {
  const file = configFile();
  if (file === undefined) return;
  const config = read();
  mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.next`, dump({ ...config, [key]: { ...table(config[key]), [app]: version } }), {
    mode: 0o600,
  });
  renameSync(`${file}.next`, file);
}

function configFile(): string | undefined {
  const folder = process.env["FLY_CONFIG_DIR"] ?? "";
  return folder === "" ? undefined : join(folder, "config.yml");
}

function read(): Record<string, unknown> {
  const file = configFile();
  if (file === undefined) return {};
  try {
    return { ...table(load(readFileSync(file, "utf8"))) };
  } catch {
    return {};
  }
}
