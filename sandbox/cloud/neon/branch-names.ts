import { ApiError } from "./api-error.ts";
import { branchesOf } from "./control-plane.ts";
import type { ProjectState } from "./state.ts";

/** Code and text as users report them. */
export function refuseTakenName(project: ProjectState, name: string): void {
  if (branchesOf(project).some((branch) => branch.name === name))
    throw new ApiError(
      409,
      `branch already exists; branch_name:${JSON.stringify(name)}`,
      "BRANCH_ALREADY_EXISTS",
    );
}
