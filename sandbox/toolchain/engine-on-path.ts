import { execFile } from "node:child_process";
import { accessSync, closeSync, constants, existsSync, openSync, readSync, realpathSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import { engineVersion } from "./engine-version.ts";

/** In the first bytes of a sandbox's own `pulumi`, so that a sandbox started inside of another does not take it. */
export const wrapperMark = "#!/bin/sh\n# pulumi of a sandbox";

/** The executable by which the engine runs Node programs. */
export const languageHost = "pulumi-language-nodejs";

const versionLimitMilliseconds = 20_000;

/** The first `pulumi` on the PATH that is no sandbox's own. */
export function firstOnPath(environment: NodeJS.ProcessEnv): string | undefined {
  for (const folder of (environment["PATH"] ?? "").split(delimiter)) {
    const file = join(folder, "pulumi");
    if (isAbsolute(folder) && isExecutable(file) && !beginsWith(file, wrapperMark)) return file;
  }
  return undefined;
}

/**
 * The engine on the PATH, if it is the version that this project runs on and complete. One that is a script (a version
 * manager's) knows where its Node language host is; a program without the host next to it is none that Pulumi ships.
 */
export async function engineOnPath(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const file = firstOnPath(environment);
  if (!file) return undefined;
  if (!beginsWith(file, "#!") && !existsSync(join(dirname(realpathSync(file)), languageHost)))
    return undefined;
  try {
    const { stdout } = await promisify(execFile)(file, ["version"], {
      env: { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: versionLimitMilliseconds,
    });
    return stdout.trim().replace(/^v/, "") === engineVersion ? realpathSync(file) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this user may execute the file. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function beginsWith(file: string, text: string): boolean {
  const beginning = Buffer.alloc(text.length);
  const handle = openSync(file, "r");
  try {
    readSync(handle, beginning, 0, beginning.length, 0);
  } finally {
    closeSync(handle);
  }
  return beginning.toString() === text;
}
