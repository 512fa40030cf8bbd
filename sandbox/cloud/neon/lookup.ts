import type { BranchState, EndpointState, ProjectState } from "./state.ts";

/** What an operation or a connection works on; unlike what a call asks for, it is there, or we are at fault. */
export function branchOf(project: ProjectState, id: string): BranchState {
  const branch = project.branches.find((each) => each.id === id);
  if (!branch) throw new Error(`Internal error: project ${project.id} has no branch ${id}`);
  return branch;
}

export function endpointOf(project: ProjectState, id: string): EndpointState {
  const endpoint = project.endpoints.find((each) => each.id === id);
  if (!endpoint) throw new Error(`Internal error: project ${project.id} has no endpoint ${id}`);
  return endpoint;
}
