import type { LogLine, LogPage } from "../fly/logs.ts";
import type { Railway } from "./client.ts";
import type { NamedService } from "./find-service.ts";
import { findService } from "./find-service.ts";
import { serviceInstance } from "./service.ts";

interface Log {
  readonly timestamp: string;
  readonly message: string;
  readonly severity?: string | null;
  readonly tags?: { readonly deploymentInstanceId?: string | null } | null;
}

/** Most lines of one answer. */
const most = 500;

/** The lines of a deployment from a time on, oldest first; the last ones where no time is given. */
export async function deploymentLogs(
  deploymentId: string,
  railway: Railway,
  { limit = most, since }: { readonly limit?: number; readonly since?: string | undefined } = {},
): Promise<readonly LogLine[]> {
  const logs = await railway<readonly Log[]>({
    name: "deploymentLogs",
    document: `query ($deploymentId: String!, $limit: Int, $startDate: DateTime) {
      deploymentLogs(deploymentId: $deploymentId, limit: $limit, startDate: $startDate) {
        timestamp message severity tags { deploymentInstanceId }
      }
    }`,
    variables: { deploymentId, limit, ...(since === undefined ? {} : { startDate: since }) },
    repeatable: true,
  });
  return logs.map(({ timestamp, message, severity, tags }) => ({
    at: timestamp,
    machine: (tags?.deploymentInstanceId ?? deploymentId).slice(0, 8),
    level: severity ?? "info",
    text: message.trimEnd(),
  }));
}

/** The last lines of a deployment, each behind its replica. */
export async function lastLines(
  deploymentId: string,
  count: number,
  railway: Railway,
): Promise<readonly string[]> {
  const lines = await deploymentLogs(deploymentId, railway, { limit: count });
  return lines.map(({ machine, text }) => `${machine}  ${text}`);
}

/**
 * What the newest deployment of a service has printed: the last lines, or those since an earlier page. Lines of the time at
 * which the page before ended are left out where it had them.
 *
 * @param since `next` of the page before; empty for the last lines.
 */
export async function readServiceLogs(service: NamedService, railway: Railway, since = ""): Promise<LogPage> {
  const place = await findService(service, railway);
  const latest = place && (await serviceInstance(place, railway))?.latestDeployment;
  if (!latest) return { lines: [], next: since };
  const { at, known } = readToken(since);
  const found = await deploymentLogs(latest.id, railway, at === "" ? {} : { since: at });
  const lines = found.filter((line) => !known.includes(keyOf(line)));
  const newest = found.at(-1)?.at ?? at;
  const next: Token = { at: newest, known: found.filter((line) => line.at === newest).map(keyOf) };
  return { lines, next: JSON.stringify(next) };
}

/** The time that a page ended at, and its lines of that time. */
interface Token {
  readonly at: string;
  readonly known: readonly string[];
}

const readToken = (text: string): Token =>
  text === "" ? { at: "", known: [] } : (JSON.parse(text) as Token);
const keyOf = ({ at, machine, text }: LogLine): string => `${at} ${machine} ${text}`;
