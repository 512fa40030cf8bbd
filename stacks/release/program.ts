import { existsSync } from "node:fs";
import { join } from "node:path";
import { digestOfPaths } from "@rollout/infra/shared/digest-of-paths";
import { configOf, dockerfile } from "./composition.ts";
import { environments } from "../environments.ts";
import type { DeclaredApplication } from "../settings/application.ts";

/** What of the project runs in every rollout, or decides what does; stack files differ by environment on purpose and are none of it. */
const toolPaths = [
  ...["bin", "cli", "infra", "stacks", "rollout.config.ts"],
  ...["Pulumi.yaml", "package.json", "package-lock.json", "tsconfig.json", ".npmrc"],
  ...[dockerfile, ".dockerignore"],
];

/** Of the tool's own folders nothing loads these. What the application declares counts as it is: its test may be its smoke test. */
const ofTests = /^(bin|cli|infra|stacks)\/.*(\.test\.ts|\.snap|\.md)$/;

/**
 * Digest of the program as it is on disk: the files that roll a release out, in addition to the sources that it is built from. The same
 * files have it in every commit and in every folder of a repository.
 *
 * @throws Error that names a declared path which is not there.
 */
export function programDigest(
  root: string,
  { workers, program = [] }: Pick<DeclaredApplication, "workers" | "program">,
): Promise<string> {
  // All environments have theirs in it, so that staging rolls a commit out before what production's machines are given.
  const flyFiles = Object.values(environments).flatMap((kind) =>
    Object.keys(workers).map((worker) => configOf(kind, worker)),
  );
  const own = [...toolPaths, ...flyFiles].filter((path) => existsSync(join(root, path)));
  return digestOfPaths(root, [...own, ...program], (name) => !ofTests.test(name));
}
