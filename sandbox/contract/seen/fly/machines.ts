import { type Fields, type SeenAnswer, listOf } from "../facts.ts";
import { app, docs, machine } from "./shared.ts";

/** What the vendor's client reads. */
const types = "superfly/fly-go machine_types.go";
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
  // Of an exit; Go leaves a code of 0 away.
  "events[].request?": "object",
  "events[].request.exit_event?": "object",
  "events[].request.exit_event.exit_code?": "integer",
  // As flyctl prints them since superfly/flyctl#1063: `exit_code=137,oom_killed=true,requested_stop=false`.
  "events[].request.exit_event.oom_killed?": "boolean",
  "events[].request.exit_event.requested_stop?": "boolean",
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
const lease: Fields = {
  status: "string: success",
  data: "object",
  "data.nonce?": "string",
  "data.expires_at": "integer",
  "data.owner": "string",
  "data.version": "string",
};

export const machineAnswers: readonly SeenAnswer[] = [
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
    fields: listOf(machineFields),
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
];
