import { type Fields } from "../facts.ts";

export const cassette = (...names: readonly string[]): string =>
  names
    .map((name) => `neondatabase/neon-api-python tests/cassettes/test_integration/test_${name}.yaml`)
    .join(", ");

export const branch: Fields = {
  id: "string",
  project_id: "string",
  name: "string",
  // All but init: the vendor's document.
  current_state: "string: init, resetting, ready, archived",
  "pending_state?": "string: init, resetting, ready, archived",
  state_changed_at: "string",
  creation_source: "string: console",
  primary: "boolean",
  default: "boolean",
  protected: "boolean",
  cpu_used_sec: "integer",
  compute_time_seconds: "integer",
  active_time_seconds: "integer",
  written_data_bytes: "integer",
  data_transfer_bytes: "integer",
  created_at: "string",
  updated_at: "string",
  // Who made it, in lists of a personal key; a branch that was just made has none.
  "created_by?": "object",
  "created_by.name": "string",
  "created_by.image": "string",
};

export const endpoint: Fields = {
  host: "string",
  id: "string",
  project_id: "string",
  branch_id: "string",
  autoscaling_limit_min_cu: "number",
  autoscaling_limit_max_cu: "number",
  region_id: "string",
  type: "string: read_write, read_only",
  current_state: "string: init, active, idle",
  "pending_state?": "string: init, active, idle",
  settings: "object",
  pooler_enabled: "boolean",
  pooler_mode: "string: transaction",
  disabled: "boolean",
  passwordless_access: "boolean",
  creation_source: "string: console",
  created_at: "string",
  updated_at: "string",
  proxy_host: "string",
  suspend_timeout_seconds: "integer",
  provisioner: "string: k8s-neonvm, k8s-pod",
};

export const operation: Fields = {
  id: "string",
  project_id: "string",
  "branch_id?": "string",
  "endpoint_id?": "string",
  action: "string",
  status: "string: scheduling, running, finished, failed, error, cancelling, cancelled, skipped",
  failures_count: "integer",
  created_at: "string",
  updated_at: "string",
  total_duration_ms: "integer",
};

export const role: Fields = {
  branch_id: "string",
  name: "string",
  protected: "boolean",
  created_at: "string",
  updated_at: "string",
};

export const database: Fields = {
  id: "integer",
  branch_id: "string",
  name: "string",
  owner_name: "string",
  created_at: "string",
  updated_at: "string",
};

export const ofProject = "/projects/{project_id}";

export const ofBranch = `${ofProject}/branches/{branch_id}`;
