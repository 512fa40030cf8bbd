import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { basename, delimiter, isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../user-error.ts";
import { engineCache } from "./engine.ts";
import { isExecutable } from "./engine-on-path.ts";
import { buildPrograms, downloadModules, findGo, type GoPrograms } from "./go-build.ts";
import { withLock } from "./lock.ts";
import { elapsed, type Progress } from "./progress.ts";

/** Prometheus, Alertmanager and their tools: absolute paths of the executables. */
export interface MonitoringPrograms {
  readonly prometheus: string;
  readonly promtool: string;
  readonly alertmanager: string;
  readonly amtool: string;
  readonly origin: "PATH" | "built";
}

/** As the releases are called; the Go module of Prometheus 3.16.0 has the version v0.316.0. */
export const prometheusVersion = "3.16.0";
export const alertmanagerVersion = "0.35.0";

/** The command that puts them into the cache, for a user to whom they are reported missing. */
export const getMonitoringCommand = "bin/sandbox monitoring --get";

const names = ["prometheus", "promtool", "alertmanager", "amtool"] as const;
const ofAlertmanager = "github.com/prometheus/alertmanager";
const ofPrometheus = "github.com/prometheus/prometheus";
const versionVariable = "github.com/prometheus/common/version.Version";
/** Of the ways to discover targets DNS alone, by which Fly's machines are found: the clouds' are most of what there is to compile. */
const tags = ["remove_all_sd", "enable_dns_sd"];
const what = "Prometheus and Alertmanager";

/** Those on the PATH, where all are there, or those in the cache; undefined where neither is. */
export function cachedMonitoring(
  checkout: string,
  environment: NodeJS.ProcessEnv,
): MonitoringPrograms | undefined {
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
  const onPath = names.map((name) => folders.map((folder) => join(folder, name)).find(isExecutable));
  if (onPath.every((file) => file !== undefined)) {
    const [prometheus = "", promtool = "", alertmanager = "", amtool = ""] = onPath;
    return { prometheus, promtool, alertmanager, amtool, origin: "PATH" };
  }
  const folder = builtFolder(checkout, environment);
  return existsSync(folder) ? programsIn(folder) : undefined;
}

/** Those on the PATH, in the cache, or built now from Go modules, in this order. */
export async function findMonitoring(
  checkout: string,
  environment: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<MonitoringPrograms> {
  const found = cachedMonitoring(checkout, environment);
  if (found) return found;
  const cache = engineCache(environment);
  mkdirSync(cache, { recursive: true });
  const waiting = (): void => progress.say(`Another command is building ${what}; waiting for it …`);
  return withLock(join(cache, "monitoring"), waiting, async () => {
    const byNow = cachedMonitoring(checkout, environment);
    if (byNow) return byNow;
    if (!(await findGo(environment)))
      throw new UserError(
        `${what} are neither on the PATH nor built, and there is no Go to build them with.\n` +
          "Install Go (https://go.dev/dl), or put prometheus, promtool, alertmanager and amtool on the PATH, and run the command again.",
        2,
      );
    const began = Date.now();
    progress.say(`Building ${what} from Go modules (once a machine, kept in ${cache}), which takes minutes`);
    const folder = builtFolder(checkout, environment);
    await buildInto(folder, moduleFolder(checkout), environment, progress);
    progress.say(`${what} are there (${elapsed(Date.now() - began)}).`);
    return programsIn(folder);
  });
}

const moduleFolder = (checkout: string): string => join(checkout, "sandbox", "toolchain", "monitoring");

function programsIn(folder: string): MonitoringPrograms {
  const [prometheus = "", promtool = "", alertmanager = "", amtool = ""] = names.map((name) =>
    join(folder, "bin", name),
  );
  return { prometheus, promtool, alertmanager, amtool, origin: "built" };
}

/** By all that they are built from. */
function builtFolder(checkout: string, environment: NodeJS.ProcessEnv): string {
  const hash = createHash("sha256").update(tags.join());
  const modules = ["prometheus", "alertmanager"].flatMap((name) => [
    join(name, "go.mod"),
    join(name, "go.sum"),
  ]);
  for (const file of [...modules, join("alertmanager-ui", "web.go")])
    hash.update(readFileSync(join(moduleFolder(checkout), file)));
  const key = hash.digest("hex").slice(0, 16);
  return join(engineCache(environment), `monitoring-${prometheusVersion}-${alertmanagerVersion}-${key}`);
}

/** Each from modules of its own: they need different versions of some. */
async function buildInto(
  folder: string,
  modules: string,
  environment: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> {
  const next = `${folder}.next`;
  const source = join(next, "source");
  rmSync(next, { recursive: true, force: true });
  mkdirSync(join(next, "bin"), { recursive: true });
  mkdirSync(source);
  const programs = (of: string, version: string, commands: readonly string[]): GoPrograms => ({
    what,
    otherwise: `put ${names.join(", ")} on the PATH`,
    folder: join(modules, basename(of)),
    packages: commands.map((command) => `${of}/cmd/${command}`),
    target: `${join(next, "bin")}/`,
    variables: { [versionVariable]: version },
    tags,
  });
  try {
    const alertmanager = programs(ofAlertmanager, alertmanagerVersion, ["alertmanager", "amtool"]);
    const downloaded = await downloadModules(alertmanager, environment, progress);
    await layOut(source, modules, downloaded.get(ofAlertmanager) ?? "", environment);
    await buildPrograms({ ...alertmanager, folder: source }, environment, progress);
    const prometheus = programs(ofPrometheus, prometheusVersion, ["prometheus", "promtool"]);
    await downloadModules(prometheus, environment, progress);
    await buildPrograms(prometheus, environment, progress);
    rmSync(source, { recursive: true, force: true });
    renameSync(next, folder);
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

/**
 * Alertmanager embeds pages that its module does not carry, and Go replaces no file of its module cache: so it is built from a
 * copy of what was downloaded and checked, in which that one package is without pages.
 */
async function layOut(
  source: string,
  modules: string,
  downloaded: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  for (const file of ["go.mod", "go.sum"])
    copyFileSync(join(modules, "alertmanager", file), join(source, file));
  const copy = join(source, "alertmanager");
  cpSync(downloaded, copy, { recursive: true });
  makeWritable(copy);
  const ui = join(copy, "ui");
  for (const file of readdirSync(ui).filter((name) => name.endsWith(".go"))) rmSync(join(ui, file));
  copyFileSync(join(modules, "alertmanager-ui", "web.go"), join(ui, "web.go"));
  await promisify(execFile)("go", ["mod", "edit", `-replace=${ofAlertmanager}=./alertmanager`], {
    cwd: source,
    env: { ...environment, GOWORK: "off" },
    timeout: 30_000,
  });
}

/** Go's module cache is read-only, and so is a copy of it. */
function makeWritable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const each of readdirSync(folder, { withFileTypes: true, recursive: true }))
    chmodSync(join(each.parentPath, each.name), each.isDirectory() ? 0o755 : 0o644);
}
