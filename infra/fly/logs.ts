import { z } from "zod";
import type { CloudAccess } from "../shared/cloud-access.ts";
import { jsonApi } from "../shared/json-api.ts";

/** A line that a machine has printed. */
export interface LogLine {
  /** RFC 3339, by Fly's clock. */
  readonly at: string;
  /** Id of the machine. */
  readonly machine: string;
  /** As Fly classifies it: `info` for all that an application prints. */
  readonly level: string;
  readonly text: string;
}

/** Lines, and where the next call goes on. */
export interface LogPage {
  /** Oldest first. */
  readonly lines: readonly LogLine[];
  readonly next: string;
}

const answer = z.object({
  data: z
    .array(
      z.object({
        attributes: z.object({
          timestamp: z.string().optional(),
          message: z.string().optional(),
          level: z.string().optional(),
          instance: z.string().optional(),
        }),
      }),
    )
    .nullish(),
  meta: z.object({ next_token: z.string().optional() }).optional(),
});

/**
 * The lines of an app's machines: the last ones, or those since an earlier page. The call is flyctl's own (superfly/fly-go,
 * resource_logs.go: GetAppLogs); Fly keeps the lines of a machine for a while and promises no time.
 *
 * @param since `next` of the page before; empty for the last lines.
 */
export async function readLogs(access: CloudAccess["fly"], app: string, since = ""): Promise<LogPage> {
  const api = jsonApi("fly", { baseUrl: access.graphqlUrl, token: access.token });
  const { data, meta } = answer.parse(
    await api({
      method: "GET",
      path: `/api/v1/apps/${encodeURIComponent(app)}/logs?next_token=${encodeURIComponent(since)}`,
    }),
  );
  const lines = (data ?? []).map(({ attributes }) => ({
    at: attributes.timestamp ?? "",
    machine: attributes.instance ?? "?",
    level: attributes.level ?? "info",
    text: (attributes.message ?? "").trimEnd(),
  }));
  return { lines, next: meta?.next_token ?? since };
}

/** The last lines of an app's machines, oldest first, each behind its machine's id. */
export async function lastLines(
  access: CloudAccess["fly"],
  app: string,
  count: number,
): Promise<readonly string[]> {
  const { lines } = await readLogs(access, app);
  return lines.slice(-count).map(({ machine, text }) => `${machine}  ${text}`);
}
