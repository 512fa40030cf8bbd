import type { CloudAccess } from "../shared/cloud-access.ts";
import { jsonApi } from "../shared/json-api.ts";

interface Answer {
  readonly data?: readonly {
    readonly attributes?: { readonly message?: string; readonly instance?: string };
  }[];
}

/**
 * The last lines that an app's machines have printed, oldest first, each behind its machine's id. The call is flyctl's
 * own (superfly/fly-go, resource_logs.go: GetAppLogs).
 */
export async function lastLines(
  access: CloudAccess["fly"],
  app: string,
  count: number,
): Promise<readonly string[]> {
  const api = jsonApi("fly", { baseUrl: access.graphqlUrl, token: access.token });
  const { data = [] } = await api<Answer>({
    method: "GET",
    path: `/api/v1/apps/${encodeURIComponent(app)}/logs?next_token=`,
  });
  return data
    .slice(-count)
    .map(({ attributes }) => `${attributes?.instance ?? "?"}  ${(attributes?.message ?? "").trimEnd()}`);
}
