import { z } from "zod";
import type { OwnOperation } from "../own-schemas.ts";
import { machine, machineConfig, machineEvent } from "./machine.ts";
import { graphqlAnswer, graphqlRequest } from "./graphql.ts";

const text = z.string();
const whole = z.int();
const time = z.iso.datetime();

/** ErrorResponse; its statuses are main.statusCode and are not the only ones: 501 has one of the sandbox's own. */
export const refusal = z.strictObject({
  error: text,
  status: text.optional(),
  details: z.unknown().optional(),
});

/** App; `cname_target` and `app_role` are in fly-go only (flaps/flaps_apps.go). */
const app = z.strictObject({
  id: text,
  name: text,
  internal_numeric_id: whole,
  network: text,
  network_cidr: text.optional(),
  status: text,
  machine_count: whole,
  volume_count: whole,
  organization: z.strictObject({ name: text, slug: text, internal_numeric_id: whole }),
  cname_target: text.optional(),
  app_role: text.optional(),
});
/** AppSecret. A value is answered to `show_secrets` only, which the sandbox refuses. */
const secret = z.strictObject({ name: text, digest: text, created_at: time, updated_at: time });
const version = whole;
/** The document has Lease alone; fly-go reads it inside `data` (MachineLease in machine_types.go). */
const lease = z.strictObject({
  status: text,
  data: z.strictObject({
    nonce: text.optional(),
    expires_at: whole,
    owner: text,
    description: text.optional(),
    version: text.optional(),
  }),
  message: text.optional(),
  code: text.optional(),
});
/** No body in the document (`content: {}`); superfly/docs shows these, reference/machines/_stop_resp.erb and _machines_start_resp.erb. */
const done = z.strictObject({ ok: z.boolean() });
const started = z.strictObject({
  previous_state: text,
  migrated: z.boolean().optional(),
  new_host: text.optional(),
  message: text.optional(),
  status: text.optional(),
});
const processes = z.array(
  z.strictObject({
    pid: whole,
    command: text,
    directory: text,
    stime: whole,
    rtime: whole,
    cpu: whole,
    rss: whole,
    listen_sockets: z.array(z.strictObject({ proto: text, address: text })).nullable(),
  }),
);
const launch = {
  config: machineConfig,
  lease_ttl: whole.optional(),
  min_secrets_version: whole.nullish(),
  name: text.optional(),
  region: text.optional(),
  skip_launch: z.boolean().optional(),
  skip_secrets: z.boolean().optional(),
  skip_service_registration: z.boolean().optional(),
};

/** `app_role_id` is in fly-go only. */
const ofNewApp = {
  org_slug: text,
  network: text.optional(),
  enable_subdomains: z.boolean().optional(),
  app_role_id: text.optional(),
};

/** flyctl, internal/uiex/releases.go. */
const release = z.strictObject({
  id: text,
  version: whole,
  stable: z.boolean(),
  in_progress: z.boolean(),
  status: text,
  strategy: z.enum(["BLUEGREEN", "CANARY", "IMMEDIATE", "ROLLING", "ROLLING_ONE", "SIMPLE"]),
  user: text,
  created_at: time,
  image_ref: text,
});
/** flyctl, internal/uiex/organizations.go. */
const organization = z.strictObject({
  id: text,
  internal_numeric_id: whole,
  slug: text,
  raw_slug: text,
  name: text,
  paid_plan: z.boolean(),
  personal: z.boolean(),
  billing_status: z.enum([
    "CURRENT",
    "DELINQUENT",
    "PAST_DUE",
    "SOURCE_REQUIRED",
    "SUSPENDED",
    "TRIAL_ACTIVE",
    "TRIAL_ENDED",
  ]),
  billable: z.boolean(),
  provisions_beta_extensions: z.boolean(),
  remote_builder_image: text,
});
/** flyctl, internal/uiex/builders.go. */
const build = z.strictObject({ id: whole, status: text, wallclock_time_ms: whole });
/** fly-go, resource_logs.go and LogEntry in types.go. */
const logs = z.strictObject({
  data: z.array(
    z.strictObject({
      id: text,
      type: text.optional(),
      attributes: z.strictObject({
        timestamp: time,
        message: text,
        level: text,
        instance: text,
        region: text,
        meta: z.unknown().optional(),
      }),
    }),
  ),
  meta: z.strictObject({ next_token: text }),
});

const ok = (answer: z.ZodType, request?: z.ZodType): OwnOperation => ({
  status: 200,
  answer,
  ...(request ? { request } : {}),
});

/** What each call is answered with when it succeeds, by its name in the table. */
/** main.tokenInfo. */
const token = z.strictObject({
  apps: z.array(text).optional(),
  org_slug: text.optional(),
  organization: text.optional(),
  restricted_to_machine: text.optional(),
  source_machine_id: text.optional(),
  token_id: text.optional(),
  user: text.optional(),
});
/** main.regionRow. */
const region = z.strictObject({
  code: text,
  name: text,
  geo_region: text,
  latitude: z.number(),
  longitude: z.number(),
  gateway_available: z.boolean(),
  requires_paid_plan: z.boolean(),
  deprecated: z.boolean(),
});

export const operations: Readonly<Record<string, OwnOperation>> = {
  CurrentToken_show: ok(z.strictObject({ tokens: z.array(token) })),
  Platform_regions_get: ok(z.strictObject({ nearest: text, regions: z.array(region) })),
  Apps_list: ok(z.strictObject({ total_apps: whole, apps: z.array(app) })),
  // The document has no answer; fly-go reads an App (flaps/flaps_apps.go, CreateApp).
  Apps_create: {
    status: 201,
    answer: app,
    request: z.union([
      z.strictObject({ name: text, ...ofNewApp }),
      // As the vendor's page has it: superfly/docs, machines/api/apps-resource.html.markerb.
      z.strictObject({ app_name: text, ...ofNewApp }),
    ]),
  },
  Apps_show: ok(app),
  Apps_delete: { status: 202 },
  Secrets_list: ok(z.strictObject({ secrets: z.array(secret) })),
  Secrets_update: ok(
    z.strictObject({ secrets: z.array(secret), version }),
    z.strictObject({ values: z.record(z.string(), text.nullable()) }),
  ),
  Secret_get: ok(secret),
  Secret_create: {
    status: 201,
    answer: secret.extend({ version }),
    request: z.strictObject({ value: text }),
  },
  Secret_delete: ok(z.strictObject({ version })),
  Machines_list: ok(z.array(machine)),
  Machines_create: ok(machine, z.strictObject(launch)),
  Machines_show: ok(machine),
  Machines_update: ok(machine, z.strictObject({ ...launch, current_version: text.optional() })),
  Machines_delete: ok(done),
  Machines_start: ok(started),
  Machines_stop: ok(done),
  Machines_restart: ok(done),
  Machines_signal: ok(done),
  Machines_cordon: ok(done),
  Machines_uncordon: ok(done),
  Machines_wait: ok(
    z.strictObject({
      ok: z.boolean(),
      state: text.optional(),
      version: text.optional(),
      event_id: text.optional(),
    }),
  ),
  Machines_list_events: ok(z.array(machineEvent)),
  Machines_list_processes: ok(processes),
  Machines_list_versions: ok(z.array(z.strictObject({ version: text, user_config: machineConfig }))),
  Machines_show_lease: ok(lease),
  Machines_create_lease: { status: 201, answer: lease },
  Machines_release_lease: ok(done),
  Machines_show_metadata: ok(z.record(z.string(), text)),
  Machines_update_metadata: {
    status: 204,
    request: z.strictObject({
      metadata: z.record(z.string(), text.nullable()),
      machine_version: text.optional(),
      updated_at: text.optional(),
    }),
  },
  Machines_get_metadata_key: ok(z.strictObject({ value: text })),
  Machines_upsert_metadata: {
    status: 204,
    request: z.strictObject({ value: text, updated_at: text.optional() }),
  },
  Machines_delete_metadata: { status: 204 },
  Volumes_list: ok(z.array(z.never())),
  App_IPAssignments_list: ok(z.strictObject({ ips: z.array(z.never()) })),
  App_Certificates_list: ok(z.strictObject({ certificates: z.array(z.never()), total_count: whole })),
  CreateRelease: { status: 201, answer: z.strictObject({ release }) },
  UpdateRelease: ok(release),
  ListReleases: ok(z.strictObject({ releases: z.array(release) })),
  GetCurrentRelease: ok(release),
  ListOrganizations: ok(z.strictObject({ organizations: z.array(organization) })),
  GetOrganization: ok(z.strictObject({ organization })),
  CreateBuild: ok(build),
  FinishBuild: ok(build),
  GetAppLogs: ok(logs),
  query: ok(graphqlAnswer, graphqlRequest),
};
