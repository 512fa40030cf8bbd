import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../user-error.ts";
import { workflowsFolder } from "./workflow.ts";

/** Where a project is in its repository. */
export interface ProjectPlace {
  /** The root of the repository: the project's own folder where it is all of it. */
  readonly repository: string;
  /** The project's folder from there, with a slash behind it; empty for the root. */
  readonly folder: string;
}

/** Where a project is, by git. One without a repository is all of its own. */
export function placeOf(project: string): ProjectPlace {
  try {
    const [repository = project, folder = ""] = execFileSync(
      "git",
      ["rev-parse", "--show-toplevel", "--show-prefix"],
      { cwd: project, encoding: "utf8", stdio: "pipe", timeout: 30_000 },
    ).split("\n");
    return { repository: folder === "" ? project : repository, folder };
  } catch {
    return { repository: project, folder: "" };
  }
}

/**
 * Requires a workflow where GitHub looks for it: at the root of the repository.
 *
 * @throws UserError that names the page with the commands, where the project is a folder and the workflow is in it alone.
 */
export function requireWorkflow({ repository, folder }: ProjectPlace, file: string): void {
  if (folder === "" || existsSync(join(repository, workflowsFolder, file))) return;
  throw new UserError(
    `GitHub runs the workflows of ${join(repository, workflowsFolder)} alone, and ${file} is not there. ` +
      "Copy the project's workflows to the root of the repository: docs/monorepo.md",
    2,
  );
}
