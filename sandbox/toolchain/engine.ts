import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "../user-error.ts";
import { downloadEngine } from "./engine-download.ts";
import { engineVersion } from "./engine-version.ts";
import { engineOnPath, languageHost } from "./engine-on-path.ts";
import { buildPrograms, downloadModules, findGo } from "./go-build.ts";
import { withLock } from "./lock.ts";
import { elapsed, type Progress } from "./progress.ts";

/** The Pulumi engine that a sandbox runs. */
export interface Engine {
  /** Absolute path of the executable. */
  readonly executable: string;
  readonly origin: "PATH" | "download" | "built";
  /** Whether Pulumi's own Node language host is next to it; otherwise the sandbox's is used. */
  readonly hasLanguageHost: boolean;
}

/** Where engines are kept, for all sandboxes of this user. */
export function engineCache(environment: NodeJS.ProcessEnv): string {
  return (
    environment["ROLLOUT_CACHE"] ??
    join(environment["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "cloud-rollout")
  );
}

const hosts = [languageHost, "pulumi-resource-pulumi-nodejs"];

/** The engine on the PATH, the one in the cache, or one that is downloaded or built now, in this order. */
export async function findEngine(
  checkout: string,
  environment: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<Engine> {
  const onPath = await engineOnPath(environment);
  if (onPath) return { executable: onPath, origin: "PATH", hasLanguageHost: true };

  const module = join(checkout, "sandbox", "toolchain", "engine");
  const sum = createHash("sha256")
    .update(readFileSync(join(module, "go.sum")))
    .digest("hex")
    .slice(0, 16);
  const cache = engineCache(environment);
  const downloaded = join(cache, `pulumi-${engineVersion}-official`);
  const built = join(cache, `pulumi-${engineVersion}-${sum}`);
  const cached = (): Engine | undefined => {
    if (existsSync(engineIn(downloaded)))
      return { executable: engineIn(downloaded), origin: "download", hasLanguageHost: true };
    if (existsSync(engineIn(built)))
      return { executable: engineIn(built), origin: "built", hasLanguageHost: false };
    return undefined;
  };
  const found = cached();
  if (found) return found;

  mkdirSync(cache, { recursive: true });
  const waiting = (): void => progress.say("Another command is getting the Pulumi engine; waiting for it …");
  return withLock(join(cache, "engine"), waiting, async () => {
    const byNow = cached();
    if (byNow) return byNow;
    const started = Date.now();
    progress.say(`Getting the Pulumi engine ${engineVersion} (once a machine, kept in ${cache})`);
    const reason = await downloadEngine(checkout, downloaded, environment, progress);
    if (reason !== undefined) {
      progress.say(`  no download (${reason}); building it from Go modules instead, which takes minutes`);
      await buildInto(built, module, environment, progress);
    }
    progress.say(`The Pulumi engine is there (${elapsed(Date.now() - started)}).`);
    const engine = cached();
    if (engine) return engine;
    throw new Error(`Internal error: no engine in ${cache} after it was put there`);
  });
}

function engineIn(folder: string): string {
  return join(folder, "bin", "pulumi");
}

async function buildInto(
  folder: string,
  module: string,
  environment: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> {
  if (!(await findGo(environment)))
    throw new UserError(
      `The Pulumi engine ${engineVersion} can neither be downloaded nor built: get.pulumi.com does not answer and there is no Go.\n` +
        `Connect to the network, or install Go (https://go.dev/dl), or put a pulumi ${engineVersion} on the PATH, and run the command again.`,
      2,
    );
  const next = `${folder}.next`;
  rmSync(next, { recursive: true, force: true });
  mkdirSync(join(next, "bin"), { recursive: true });
  try {
    const programs = {
      what: "the Pulumi engine",
      otherwise: `put a pulumi ${engineVersion} on the PATH`,
      folder: module,
      packages: ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
      target: engineIn(next),
      variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${engineVersion}` },
    };
    await downloadModules(programs, environment, progress);
    await buildPrograms(programs, environment, progress);
    writeHosts(join(next, "bin"));
    renameSync(next, folder);
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

/**
 * The engine takes as its own only what lies next to its executable, and that is shared by all checkouts of this user;
 * so those only hand over to the ones of the sandbox that runs.
 */
function writeHosts(folder: string): void {
  for (const name of hosts) {
    const file = join(folder, name);
    writeFileSync(
      file,
      `#!/bin/sh\nexec "\${ROLLOUT_TOOLCHAIN:?is set by bin/sandbox; run pulumi through it}/${name}" "$@"\n`,
    );
    chmodSync(file, 0o755);
  }
}
