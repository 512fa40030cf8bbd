import { withTransportSecurity } from "../shared/loopback.ts";
import type { Neon } from "./client.ts";
import type { Login } from "./login.ts";

export interface DatabaseLogin {
  readonly projectId: string;
  readonly branchId: string;
  /** The branch's compute; absent for the one that it has. */
  readonly endpointId?: string;
  readonly database: string;
  /** Role that Neon made, whose password it knows. */
  readonly role: string;
}

/** Secret. The address of a database for one of its roles, with the role's password of now. */
export async function databaseAddress(
  neon: Neon,
  { projectId, branchId, endpointId, database, role }: DatabaseLogin,
  kind: "direct" | "pooled" = "direct",
): Promise<string> {
  return withTransportSecurity(
    await neon.postgres.connectionString({
      projectId,
      branchId,
      ...(endpointId === undefined ? {} : { endpointId }),
      databaseName: database,
      roleName: role,
      pooled: kind === "pooled",
    }),
  );
}

/** Secret. The same place by another login, of a role that SQL made. */
export function byLogin(address: string, { name, password }: Login): string {
  const url = new URL(address);
  url.username = encodeURIComponent(name);
  url.password = encodeURIComponent(password);
  return url.toString();
}
