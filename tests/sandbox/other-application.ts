import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Checkout } from "./checkout.ts";

const applications = join(import.meta.dirname, "..", "applications");

/** Puts another application into a checkout in the place of the repository's own, by the commands of the guide, and commits it. */
export function putApplication(checkout: Checkout, name: string): void {
  const page = checkout.read("docs/another-application.md");
  const [, commands = ""] = /```bash\n([^]*?)```/.exec(page) ?? [];
  execFileSync("bash", ["-euc", commands], { cwd: checkout.root });
  cpSync(join(applications, name), checkout.root, { recursive: true });
  leaveWorkspace(checkout, "src");
  checkout.commit("Roll out another application");
}

interface Manifest {
  readonly workspaces: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
}
interface Entry {
  readonly workspaces?: readonly string[];
  readonly link?: boolean;
  readonly resolved?: string;
}
interface Lock {
  readonly packages: Readonly<Record<string, Entry>>;
}

/** As npm does when a workspace is taken out of package.json, without asking the registry. */
function leaveWorkspace(checkout: Checkout, folder: string): void {
  const without = (names: readonly string[] = []): readonly string[] =>
    names.filter((name) => name !== folder);
  const write = (file: string, value: unknown): string => {
    const text = `${JSON.stringify(value, undefined, 2)}\n`;
    checkout.write(file, text);
    return text;
  };
  const manifest = JSON.parse(checkout.read("package.json")) as Manifest;
  write("package.json", { ...manifest, workspaces: without(manifest.workspaces) });
  const lock = JSON.parse(checkout.read("package-lock.json")) as Lock;
  const packages: Record<string, Entry> = {};
  for (const [path, entry] of Object.entries(lock.packages)) {
    const isOf =
      path === folder || path.startsWith(`${folder}/`) || (entry.link && entry.resolved === folder);
    if (isOf !== true) packages[path] = entry;
  }
  packages[""] = { ...packages[""], workspaces: without(packages[""]?.workspaces) };
  const text = write("package-lock.json", { ...lock, packages });
  // The packages are hard links to those of the project, whose stamp must not change.
  const stamp = join("node_modules", ".rollout-lock");
  rmSync(join(checkout.root, stamp), { force: true });
  checkout.write(stamp, createHash("sha256").update(text).digest("hex"));
}
