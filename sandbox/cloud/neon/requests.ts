import type { Context } from "hono";
import { z } from "zod";
import { ApiError } from "./api-error.ts";

/** The bodies that are taken, field by field as Neon's document has them. Unknown fields are refused. */
const computeUnit = z.number().min(0.25).max(56);
const suspendTimeout = z.number().int().min(-1).max(604_800);
const anyMap = z.record(z.string(), z.string());
const preloadLibraries = z.strictObject({
  use_defaults: z.boolean().optional(),
  enabled_libraries: z.array(z.string()).optional(),
});
const endpointSettings = z.strictObject({
  pg_settings: anyMap.optional(),
  pgbouncer_settings: anyMap.optional(),
  preload_libraries: preloadLibraries.optional(),
});
const computeSize = {
  autoscaling_limit_min_cu: computeUnit.optional(),
  autoscaling_limit_max_cu: computeUnit.optional(),
  suspend_timeout_seconds: suspendTimeout.optional(),
};
const defaultEndpointSettings = z.strictObject({
  pg_settings: anyMap.optional(),
  pgbouncer_settings: anyMap.optional(),
  ...computeSize,
});
const quota = z.number().int().min(0).optional();
const projectSettings = z.strictObject({
  quota: z
    .strictObject({
      active_time_seconds: quota,
      compute_time_seconds: quota,
      written_data_bytes: quota,
      data_transfer_bytes: quota,
      logical_size_bytes: quota,
    })
    .optional(),
  allowed_ips: z
    .strictObject({ ips: z.array(z.string()).optional(), protected_branches_only: z.boolean().optional() })
    .optional(),
  enable_logical_replication: z.boolean().optional(),
  maintenance_window: z
    .strictObject({ weekdays: z.array(z.number().int()), start_time: z.string(), end_time: z.string() })
    .optional(),
  block_public_connections: z.boolean().optional(),
  block_vpc_connections: z.boolean().optional(),
  audit_log_level: z.enum(["base", "extended", "full"]).optional(),
  hipaa: z.boolean().optional(),
  preload_libraries: preloadLibraries.optional(),
});
const historyRetention = z.number().int().min(0).max(2_592_000);
const objectName = z
  .string()
  .min(1)
  .refine((name) => Buffer.byteLength(name) <= 63, "must have at most 63 bytes")
  .refine((name) => !name.includes("\0"), "must not contain NUL");
const branchName = z.string().min(1).max(256);
const time = z.iso
  .datetime({
    offset: true,
    error: "must be a time in RFC 3339 with a time zone, such as 2026-01-31T12:00:00Z",
  })
  .transform((text) => new Date(text));
/** Fractions of a second are taken and dropped, as Neon does. */
const expiry = time.transform((at) => new Date(Math.floor(at.getTime() / 1000) * 1000));

export const projectCreate = z.strictObject({
  project: z.strictObject({
    settings: projectSettings.optional(),
    name: z.string().min(1).max(64).optional(),
    branch: z
      .strictObject({
        name: branchName.optional(),
        role_name: objectName.optional(),
        database_name: objectName.optional(),
        annotations: anyMap.optional(),
      })
      .optional(),
    autoscaling_limit_min_cu: computeUnit.optional(),
    autoscaling_limit_max_cu: computeUnit.optional(),
    provisioner: z.string().optional(),
    region_id: z
      .string()
      .regex(/^(?:aws|azure)-[a-z0-9-]+$/)
      .optional(),
    default_endpoint_settings: defaultEndpointSettings.optional(),
    pg_version: z.number().int().min(14).max(18).optional(),
    store_passwords: z.boolean().optional(),
    history_retention_seconds: historyRetention.optional(),
    org_id: z.string().optional(),
  }),
});

export const projectUpdate = z.strictObject({
  project: z.strictObject({
    settings: projectSettings.optional(),
    name: z.string().min(1).max(64).optional(),
    default_endpoint_settings: defaultEndpointSettings.optional(),
    history_retention_seconds: historyRetention.optional(),
  }),
});

const branchEndpoint = z.strictObject({
  type: z.enum(["read_write", "read_only"]),
  settings: endpointSettings.optional(),
  provisioner: z.string().optional(),
  ...computeSize,
});
export type EndpointOptions = z.infer<typeof branchEndpoint>;

export const branchCreate = z.strictObject({
  endpoints: z.array(branchEndpoint).optional(),
  branch: z
    .strictObject({
      parent_id: z.string().optional(),
      name: branchName.optional(),
      parent_lsn: z.string().optional(),
      parent_timestamp: time.optional(),
      protected: z.boolean().optional(),
      archived: z.boolean().optional(),
      init_source: z.enum(["parent-data", "parent-schema", "schema-only", "import"]).optional(),
      expires_at: expiry.optional(),
    })
    .optional(),
  annotation_value: anyMap.optional(),
});

export const branchUpdate = z.strictObject({
  branch: z.strictObject({
    name: branchName.optional(),
    protected: z.boolean().optional(),
    expires_at: expiry.nullable().optional(),
  }),
});

export const branchRestore = z.strictObject({
  source_branch_id: z.string(),
  source_lsn: z.string().optional(),
  source_timestamp: time.optional(),
  preserve_under_name: branchName.or(z.literal("")).optional(),
});

export const endpointCreate = z.strictObject({
  endpoint: branchEndpoint.extend({
    branch_id: z.string(),
    region_id: z.string().optional(),
    pooler_enabled: z.boolean().optional(),
    pooler_mode: z.literal("transaction").optional(),
    disabled: z.boolean().optional(),
    passwordless_access: z.boolean().optional(),
    name: z.string().optional(),
  }),
});

export const endpointUpdate = z.strictObject({
  endpoint: z.strictObject({
    provisioner: z.string().optional(),
    settings: endpointSettings.optional(),
    pooler_enabled: z.boolean().optional(),
    pooler_mode: z.literal("transaction").optional(),
    disabled: z.boolean().optional(),
    passwordless_access: z.boolean().optional(),
    name: z.string().min(1).max(64).optional(),
    ...computeSize,
  }),
});

export const roleCreate = z.strictObject({
  role: z.strictObject({ name: objectName, no_login: z.boolean().optional() }),
});

export const databaseCreate = z.strictObject({
  database: z.strictObject({ name: objectName, owner_name: objectName }),
});

export const databaseUpdate = z.strictObject({
  database: z.strictObject({ name: objectName.optional(), owner_name: objectName.optional() }),
});

export const connectionUriQuery = z.strictObject({
  branch_id: z.string().optional(),
  endpoint_id: z.string().optional(),
  database_name: z.string(),
  role_name: z.string(),
  pooled: z.stringbool().optional(),
});

/** The call's body, parsed; an absent one is an empty object. */
export async function bodyOf<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const text = await context.req.text();
  let body: unknown;
  try {
    body = text === "" ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(400, "request body is not valid JSON");
  }
  return schema.parse(body);
}
