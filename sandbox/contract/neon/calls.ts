import { call, type DocumentedCall } from "../call.ts";

export const document = "`public-v2-for-users.gen.yaml` of @neondatabase/api-client, Neon's OpenAPI document";

const project = "/projects/{project_id}";
const branch = `${project}/branches/{branch_id}`;
const role = `${branch}/roles/{role_name}`;
const database = `${branch}/databases/{database_name}`;
const endpoint = `${project}/endpoints/{endpoint_id}`;

export const calls: readonly DocumentedCall[] = [
  call("GET", "/users/me", "getCurrentUserInfo", { leftOut: "no user in particular" }),
  call("GET", "/users/me/organizations", "getCurrentUserOrganizations"),
  call("GET", "/organizations/{org_id}", "getOrganization"),
  call("GET", "/regions", "getActiveRegions"),
  call("GET", "/auth", "getAuthDetails"),
  call("GET", "/projects/shared", "listSharedProjects"),
  call("GET", "/projects", "listProjects"),
  call("POST", "/projects", "createProject", {
    leftOut: "PostgreSQL 18 only; passwords are always stored",
  }),
  call("GET", project, "getProject", { leftOut: "consumption and sizes are 0" }),
  call("PATCH", project, "updateProject"),
  call("DELETE", project, "deleteProject", { leftOut: "is gone at once, cannot be recovered" }),
  call("GET", `${project}/connection_uri`, "getConnectionURI"),
  call("GET", `${project}/operations`, "listProjectOperations"),
  call("GET", `${project}/operations/{operation_id}`, "getProjectOperation"),
  call("GET", `${project}/branches`, "listProjectBranches"),
  call("POST", `${project}/branches`, "createProjectBranch", {
    leftOut: "archived ones, `init_source: import`, read-only endpoints: refused",
  }),
  call("GET", `${project}/branches/count`, "countProjectBranches"),
  call("GET", branch, "getProjectBranch"),
  call("PATCH", branch, "updateProjectBranch"),
  call("DELETE", branch, "deleteProjectBranch", { leftOut: "is gone at once, cannot be recovered" }),
  call("POST", `${branch}/restore`, "restoreProjectBranch", {
    leftOut: "by time or LSN for root branches only",
  }),
  call("POST", `${branch}/set_as_default`, "setDefaultProjectBranch"),
  call("GET", `${branch}/roles`, "listProjectBranchRoles"),
  call("POST", `${branch}/roles`, "createProjectBranchRole"),
  call("GET", role, "getProjectBranchRole"),
  call("DELETE", role, "deleteProjectBranchRole"),
  call("GET", `${role}/reveal_password`, "getProjectBranchRolePassword"),
  call("POST", `${role}/reset_password`, "resetProjectBranchRolePassword"),
  call("GET", `${branch}/databases`, "listProjectBranchDatabases"),
  call("POST", `${branch}/databases`, "createProjectBranchDatabase"),
  call("GET", database, "getProjectBranchDatabase"),
  call("PATCH", database, "updateProjectBranchDatabase"),
  call("DELETE", database, "deleteProjectBranchDatabase"),
  call("GET", `${branch}/endpoints`, "listProjectBranchEndpoints"),
  call("GET", `${project}/endpoints`, "listProjectEndpoints"),
  call("POST", `${project}/endpoints`, "createProjectEndpoint", { leftOut: "read-only ones: refused" }),
  call("GET", endpoint, "getProjectEndpoint"),
  call("PATCH", endpoint, "updateProjectEndpoint"),
  call("POST", `${endpoint}/start`, "startProjectEndpoint"),
  call("POST", `${endpoint}/suspend`, "suspendProjectEndpoint"),
  call("POST", `${endpoint}/restart`, "restartProjectEndpoint"),
  call("DELETE", endpoint, "deleteProjectEndpoint"),
];
