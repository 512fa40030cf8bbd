import { execFile } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

/**
 * The version of a package manager on the PATH; none where it does not print it. The engine asks before every update, so it is
 * read from where the command lies, and the command is run only where that does not show it: npm takes a third of a second.
 */
export async function versionOf(packageManager: string): Promise<string | undefined> {
  const known = installedVersion(packageManager);
  if (known !== undefined) return known;
  try {
    const { stdout } = await promisify(execFile)(packageManager, ["--version"], { timeout: 10_000 });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

function installedVersion(packageManager: string): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    let at: string;
    try {
      at = dirname(realpathSync(join(folder, packageManager)));
    } catch {
      continue;
    }
    for (; at !== dirname(at); at = dirname(at))
      try {
        const text = readFileSync(join(at, "package.json"), "utf8");
        const { name, version } = JSON.parse(text) as { readonly name?: string; readonly version?: string };
        return name === packageManager ? version : undefined;
      } catch {
        // It is further up, if anywhere.
      }
    return undefined;
  }
  return undefined;
}
