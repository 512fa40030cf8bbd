import { call, sandboxsOwn, type DocumentedCall } from "../call.ts";
import { contractOfOwnSchemas } from "../own-schemas.ts";
import { operations, refusal } from "./schemas.ts";

const document =
  "schemas written here from Fly's Machines API document (`openapi.json`, as distilled-mirror/spec-mirror-fly-io keeps it) and superfly/fly-go";
const flyctl = "what superfly/flyctl reads, `internal/uiex`";
const flyGo = "what superfly/fly-go reads, `resource_logs.go`";

const app = "/v1/apps/{app_name}";
const machines = `${app}/machines`;
const machine = `${machines}/{machine_id}`;
const metadata = `${machine}/metadata`;
const notThere = { leftOut: "refused with 501: the sandbox has none" };

const calls: readonly DocumentedCall[] = [
  call("GET", "/v1/tokens/current", "CurrentToken_show"),
  call("GET", "/v1/platform/regions", "Platform_regions_get", {
    leftOut: "every region is at 0, 0; sizes and capacity",
  }),
  call("GET", "/v1/apps", "Apps_list"),
  call("POST", "/v1/apps", "Apps_create", { leftOut: "an organization exists as soon as an app names it" }),
  call("GET", app, "Apps_show"),
  call("DELETE", app, "Apps_delete"),
  call("GET", `${app}/secrets`, "Secrets_list", { leftOut: "values are never shown" }),
  call("POST", `${app}/secrets`, "Secrets_update"),
  call("GET", `${app}/secrets/{secret_name}`, "Secret_get", { leftOut: "values are never shown" }),
  call("POST", `${app}/secrets/{secret_name}`, "Secret_create"),
  call("DELETE", `${app}/secrets/{secret_name}`, "Secret_delete"),
  call("GET", machines, "Machines_list"),
  call("POST", machines, "Machines_create", {
    leftOut: "containers, files, mounts, schedules: refused with 501",
  }),
  call("GET", machine, "Machines_show"),
  call("POST", machine, "Machines_update", { leftOut: "as with create" }),
  call("DELETE", machine, "Machines_delete"),
  call("POST", `${machine}/start`, "Machines_start"),
  call("POST", `${machine}/stop`, "Machines_stop"),
  call("POST", `${machine}/restart`, "Machines_restart"),
  call("POST", `${machine}/signal`, "Machines_signal"),
  call("POST", `${machine}/cordon`, "Machines_cordon"),
  call("POST", `${machine}/uncordon`, "Machines_uncordon"),
  call("GET", `${machine}/wait`, "Machines_wait"),
  call("GET", `${machine}/events`, "Machines_list_events"),
  call("GET", `${machine}/ps`, "Machines_list_processes", { leftOut: "figures are 0" }),
  call("GET", `${machine}/versions`, "Machines_list_versions"),
  call("GET", `${machine}/lease`, "Machines_show_lease"),
  call("POST", `${machine}/lease`, "Machines_create_lease"),
  call("DELETE", `${machine}/lease`, "Machines_release_lease"),
  call("GET", metadata, "Machines_show_metadata"),
  call("PUT", metadata, "Machines_update_metadata"),
  call("PATCH", metadata, "Machines_update_metadata"),
  call("GET", `${metadata}/{key}`, "Machines_get_metadata_key"),
  call("POST", `${metadata}/{key}`, "Machines_upsert_metadata"),
  call("DELETE", `${metadata}/{key}`, "Machines_delete_metadata"),
  call("POST", `${machine}/exec`, "Machines_exec", notThere),
  call("POST", `${machine}/suspend`, "Machines_suspend", notThere),
  call("GET", `${machine}/memory`, "Machines_get_memory", notThere),
  call("PUT", `${machine}/memory`, "Machines_set_memory_limit", notThere),
  call("POST", `${machine}/memory/reclaim`, "Machines_reclaim_memory", notThere),
  call("GET", `${app}/volumes`, "Volumes_list", { leftOut: "there are none" }),
  call("POST", `${app}/volumes`, "Volumes_create", notThere),
  call("GET", `${app}/ip_assignments`, "App_IPAssignments_list", { leftOut: "there are none" }),
  call("POST", `${app}/ip_assignments`, "App_IPAssignments_create", notThere),
  call("GET", `${app}/certificates`, "App_Certificates_list", { leftOut: "there are none" }),
  call("POST", `${app}/deploy_token`, "App_create_deploy_token", notThere),
  call("POST", "/api/v1/releases", "CreateRelease", { document: flyctl }),
  call("PATCH", "/api/v1/releases/{release_id}", "UpdateRelease", { document: flyctl }),
  call("GET", "/api/v1/apps/{app_name}/releases", "ListReleases", { document: flyctl }),
  call("GET", "/api/v1/apps/{app_name}/releases/current", "GetCurrentRelease", { document: flyctl }),
  call("GET", "/api/v1/organizations", "ListOrganizations", { document: flyctl }),
  call("GET", "/api/v1/organizations/{org_slug}", "GetOrganization", { document: flyctl }),
  call("POST", "/api/v1/builds", "CreateBuild", { document: flyctl, leftOut: "is noted, builds nothing" }),
  call("POST", "/api/v1/builds/finish", "FinishBuild", { document: flyctl, leftOut: "is not kept" }),
  call("GET", "/api/v1/apps/{app_name}/logs", "GetAppLogs", {
    document: flyGo,
    leftOut: "the last lines; no page after them",
  }),
  call("POST", "/graphql", "query", {
    document: "the form of an answer, and the types of fly-go's `schema.graphql`",
    leftOut: "the queries that flyctl makes; no mutation",
  }),
  call("POST", "/sandbox/builds", "an image built from a Dockerfile, in place of Fly's builders", {
    document: sandboxsOwn,
  }),
  call("GET", "/sandbox/images/{reference}", "an image of the registry, for another host to run", {
    document: sandboxsOwn,
  }),
];

export const fly = contractOfOwnSchemas(document, calls, operations, refusal);
