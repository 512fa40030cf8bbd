import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const author = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com"];

/** A clone of what is committed, with the installed packages, to which a benchmark can commit. */
export function cloneProject(project: string, clone: string): void {
  execFileSync("git", ["clone", "--quiet", project, clone]);
  for (const packages of ["node_modules", "src/node_modules", "infra/node_modules", "sandbox/node_modules"])
    if (existsSync(join(project, packages)))
      execFileSync("cp", ["-R", join(project, packages), join(clone, packages)]);
}

/** Commits everything. */
export function commitIn(clone: string, message: string): void {
  for (const words of [
    ["add", "--all"],
    [...author, "commit", "--quiet", "--message", message],
  ])
    execFileSync("git", words, { cwd: clone });
}
