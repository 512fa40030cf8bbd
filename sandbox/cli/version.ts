import { readFileSync } from "node:fs";
import { join } from "node:path";
import { engineVersion } from "../toolchain/engine-version.ts";

export function versionText(): string {
  const manifest = readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8");
  const { name, version } = JSON.parse(manifest) as { name: string; version: string };
  return `${name} ${version} (Pulumi engine ${engineVersion}, Node ${process.versions.node})`;
}
