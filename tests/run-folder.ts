import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { isOwnerAlive, ownMark } from "../sandbox/snapshot/owner-mark.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder that lasts as long as the run of the tests, for what several files share. */
    readonly runFolder: string;
  }
}

const prefix = "atlaris-test-run-";

/** Makes the folder of a run, removed when the run ends, and removes those of runs that were killed. */
export function setup(project: TestProject): () => void {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(prefix)))
    if (!isOwnerAlive(name.slice(prefix.length).split("_")[0] ?? "")) remove(join(tmpdir(), name));
  const folder = mkdtempSync(join(tmpdir(), `${prefix}${ownMark()}_`));
  project.provide("runFolder", folder);
  return () => remove(folder);
}

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });
