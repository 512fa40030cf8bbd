import { type CloudFacts, type Fields, under } from "./facts.ts";

/** Answers that Fly's own documentation shows as they came. */
const docs = (name: string): string => `superfly/docs reference/machines/_${name}_resp.erb`;
/** What the vendor's client reads. */
const types = "superfly/fly-go machine_types.go";
const apps = "superfly/fly-go flaps/flaps_apps.go";
const secretTypes = "superfly/fly-go secrets_types.go";
const releases = "superfly/flyctl internal/uiex/releases.go";
const patches = (name: string): string =>
  `alchemy-run/distilled packages/fly-io/patches/machines/${name}.patch.json`;

const app = "/v1/apps/{app_name}";
const machine = `${app}/machines/{machine_id}`;

const appFields: Fields = {
  id: "string",
  name: "string",
  internal_numeric_id: "integer",
  network: "string",
  status: "string",
  machine_count: "integer",
  volume_count: "integer",
  organization: "object",
  "organization.name": "string",
  "organization.slug": "string",
  "organization.internal_numeric_id": "integer",
  cname_target: "string",
};
const machineFields: Fields = {
  id: "string",
  name: "string",
  state:
    "string: created, starting, started, stopping, stopped, suspending, suspended, replacing, replaced, destroying, destroyed, launch_failed, updating, failed",
  region: "string",
  image_ref: "object",
  "image_ref.registry": "string",
  "image_ref.repository": "string",
  "image_ref.digest": "string",
  // Both were missing for an image without them.
  "image_ref.tag?": "string",
  "image_ref.labels?": "object | null",
  instance_id: "string",
  private_ip: "string",
  created_at: "string",
  updated_at: "string",
  config: "object",
  "config.image": "string",
  "config.auto_destroy?": "boolean",
  "config.init?": "object",
  "config.restart?": "object",
  "config.restart.policy?": "string: no, always, on-failure, spot-price",
  "config.guest?": "object",
  // A config comes back as it was sent.
  "config.guest.cpu_kind?": "string",
  "config.guest.cpus?": "integer",
  "config.guest.memory_mb?": "integer",
  "config.metadata?": "object",
  "config.env?": "object",
  "config.standbys?": "array",
  events: "array",
  "events[].type": "string",
  "events[].status": "string",
  "events[].source": "string",
  "events[].timestamp": "integer",
  // Only of a machine that has checks: fly-go leaves it away otherwise.
  "checks?": "array",
  "checks[].name": "string",
  "checks[].status": "string: passing, warning, critical",
  "checks[].output?": "string",
  "checks[].updated_at?": "string",
  "host_status?": "string: ok, unknown, unreachable",
  "cordoned?": "boolean",
  "nonce?": "string",
};
const secret: Fields = {
  name: "string",
  "value?": "string",
  "digest?": "string",
  "created_at?": "string",
  "updated_at?": "string",
};
const lease: Fields = {
  status: "string: success",
  data: "object",
  "data.nonce?": "string",
  "data.expires_at": "integer",
  "data.owner": "string",
  "data.version": "string",
};
const release: Fields = {
  id: "string",
  version: "integer",
  stable: "boolean",
  in_progress: "boolean",
  status: "string",
  strategy: "string: BLUEGREEN, CANARY, IMMEDIATE, ROLLING, ROLLING_ONE, SIMPLE",
  user: "string",
  created_at: "string",
  image_ref: "string",
};
const list = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([path, type]) => [`[].${path}`, type]));

const machineNotFound = (call: string) => ({
  ...{ call, when: "a machine that is not there", status: 404, message: /machine not found/ },
  source: patches("not-found-errors"),
});
const appNotFound = (call: string) => ({
  ...{ call, when: "an app that is not there", status: 404, message: /app not found/ },
  source: `${patches("not-found-errors")}, superfly/fly-go flaps/flaps_apps_test.go`,
});

export const flyFacts: CloudFacts = {
  answers: [
    {
      call: "POST /v1/apps",
      status: 201,
      source: `${apps}, superfly/docs machines/api/apps-resource.html.markerb`,
      fields: appFields,
    },
    {
      call: "GET /v1/apps",
      status: 200,
      source: apps,
      fields: { apps: "array", ...under("apps[]", appFields) },
    },
    { call: `GET ${app}`, status: 200, source: `${docs("get_app")}, ${apps}`, fields: appFields },
    {
      call: `POST ${app}/machines`,
      status: 200,
      source: `${docs("machines_create")}, ${types}`,
      fields: machineFields,
    },
    {
      call: `GET ${app}/machines`,
      status: 200,
      source: `${docs("machines_list")}, ${types}`,
      fields: list(machineFields),
    },
    {
      call: `GET ${machine}`,
      status: 200,
      source: `${docs("machines_get")}, ${types}`,
      fields: machineFields,
    },
    {
      call: `POST ${machine}`,
      status: 200,
      source: `${docs("machines_update")}, ${types}`,
      fields: machineFields,
    },
    {
      call: `POST ${machine}/start`,
      status: 200,
      source: docs("machines_start"),
      fields: { previous_state: "string", migrated: "boolean", new_host: "string" },
    },
    { call: `DELETE ${machine}`, status: 200, source: docs("delete"), fields: { ok: "boolean" } },
    { call: `GET ${machine}/wait`, status: 200, source: docs("wait"), fields: { ok: "boolean" } },
    {
      call: `POST ${machine}/lease`,
      status: 201,
      source: `${docs("machines_lease_create")}, ${types}`,
      fields: lease,
    },
    { call: `GET ${machine}/lease`, status: 200, source: types, fields: lease },
    {
      call: `GET ${machine}/metadata`,
      status: 200,
      source: docs("machines_metadata_get"),
      fields: {},
    },
    {
      call: `GET ${app}/secrets`,
      status: 200,
      source: secretTypes,
      fields: { secrets: "array", ...under("secrets[]", secret) },
    },
    {
      call: `POST ${app}/secrets`,
      status: 200,
      source: secretTypes,
      fields: { secrets: "array", ...under("secrets[]", secret), version: "integer" },
    },
    {
      call: `POST ${app}/secrets/{secret_name}`,
      status: 201,
      source: secretTypes,
      fields: { ...secret, version: "integer" },
    },
    {
      call: `DELETE ${app}/secrets/{secret_name}`,
      status: 200,
      source: secretTypes,
      fields: { version: "integer" },
    },
    {
      call: "POST /api/v1/releases",
      status: 201,
      source: releases,
      fields: { release: "object", ...under("release", release) },
    },
    {
      call: "GET /api/v1/apps/{app_name}/releases",
      status: 200,
      source: releases,
      fields: { releases: "array", ...under("releases[]", release) },
    },
    {
      call: "GET /api/v1/apps/{app_name}/releases/current",
      status: 200,
      source: releases,
      fields: release,
    },
    {
      call: "POST /graphql",
      status: 200,
      source: "superfly/fly-go schema.graphql, resource_images.go",
      fields: {
        "data?": "object | null",
        "data.app?": "object | null",
        "data.app.id?": "string",
        "data.app.image?": "object | null",
        "data.app.image.digest?": "string",
        "data.app.image.ref?": "string",
        "errors?": "array",
        "errors[].message": "string",
        // An image that is not there has no code.
        "errors[].extensions?": "object",
        "errors[].extensions.code?": "string",
      },
    },
  ],
  refusals: [
    appNotFound(`GET ${app}`),
    appNotFound(`DELETE ${app}`),
    appNotFound(`GET ${app}/machines`),
    appNotFound(`POST ${app}/machines`),
    appNotFound(`GET ${app}/secrets`),
    appNotFound(`POST ${app}/secrets`),
    machineNotFound(`GET ${machine}`),
    machineNotFound(`POST ${machine}`),
    machineNotFound(`DELETE ${machine}`),
    machineNotFound(`POST ${machine}/start`),
    machineNotFound(`POST ${machine}/stop`),
    machineNotFound(`POST ${machine}/restart`),
    machineNotFound(`GET ${machine}/wait`),
    machineNotFound(`POST ${machine}/lease`),
    machineNotFound(`GET ${machine}/metadata`),
    {
      call: "POST /v1/apps",
      when: "a name that an app has",
      status: 422,
      code: "name_taken",
      message: /Name has already been taken/,
      source: "superfly/fly-go flaps/flaps_error_test.go, superfly/docs#2430",
    },
    {
      call: "any",
      when: "a token that is not one",
      status: 401,
      message: /invalid token/,
      source: "superfly/fly-go flaps/flaps_apps_test.go",
      notEmulated: "the emulator says so in other words",
    },
    {
      call: `GET ${app}`,
      when: "another organization's app",
      status: 403,
      message: /^unauthorized$/,
      source: "superfly/fly-go flaps/flaps_apps_test.go, superfly/fly-go#282",
      notEmulated: "the emulator has one organization's apps",
    },
    {
      call: `POST ${app}/machines`,
      when: "a name that a machine has",
      status: 409,
      message: /unique machine name violation/,
      source: patches("machinesCreate"),
    },
    {
      call: `POST ${app}/machines`,
      when: "no capacity in the region",
      status: 503,
      code: "insufficient_capacity",
      source: "superfly/fly-go flaps/flaps_error_test.go",
      notEmulated: "bin/sandbox faults answers so",
    },
    {
      call: `POST ${machine}/start`,
      when: "a machine that was just created",
      status: 412,
      message: /unable to start machine from current state: 'created'/,
      source: `${patches("machinesStart")}, hexclave/hexclave#2060`,
    },
    {
      call: `POST ${machine}/start`,
      when: "a machine that is being replaced",
      status: 412,
      message: /machine getting replaced, refusing to start/,
      source: patches("machinesStart"),
    },
    {
      call: `POST ${machine}/start`,
      when: "a machine whose program has just ended",
      status: 412,
      message: /machine still active, refusing to start/,
      source: "hexclave/hexclave#2060",
    },
    {
      call: `GET ${machine}/wait`,
      when: "a state that is not reached in time",
      status: 408,
      message: /^deadline_exceeded: machine failed to reach desired state, /,
      source: patches("machinesWait"),
    },
    {
      call: "any",
      when: "a machine whose lease another has",
      status: 409,
      message: /lease currently held by/,
      source: "byte5ai/omadia#705",
    },
  ],
  headers: [{ header: "fly-request-id", of: "refusal", source: "superfly/fly-go flaps/flaps.go" }],
};
