import { readFileSync, statSync } from "node:fs";
import { ignoreNotFound } from "../../ignore-not-found.ts";
import type { EmulatorContext } from "../emulator.ts";
import { logNameOf } from "./replica.ts";
import type { Deployment } from "./state.ts";

const lastBytes = 256 * 1024;

/**
 * The last lines of a deployment's replicas. A log here holds no times but those that a program writes into its lines as
 * JSON (`time`, in milliseconds or ISO 8601); another line has the time of the file's last change.
 */
export function logsOf(
  { processes }: Pick<EmulatorContext, "processes">,
  deployment: Deployment,
  { limit, startDate = "" }: { readonly limit: number; readonly startDate?: string | undefined },
): readonly Record<string, unknown>[] {
  const lines = deployment.replicas.flatMap((replica) => {
    const file = processes.logFile(logNameOf(deployment, replica));
    const text = ignoreNotFound(() => readFileSync(file, "utf8").slice(-lastBytes)) ?? "";
    const written = ignoreNotFound(() => statSync(file).mtime.toISOString()) ?? deployment.createdAt;
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((message) => ({
        message,
        timestamp: timeIn(message) ?? written,
        severity: "info",
        attributes: [],
        tags: {
          deploymentId: deployment.id,
          deploymentInstanceId: replica.id,
          serviceId: deployment.serviceId,
        },
      }));
  });
  return lines
    .filter(({ timestamp }) => timestamp >= startDate)
    .sort((one, other) => one.timestamp.localeCompare(other.timestamp))
    .slice(-limit);
}

function timeIn(line: string): string | undefined {
  try {
    const { time } = JSON.parse(line) as { readonly time?: unknown };
    return typeof time === "number" || typeof time === "string" ? new Date(time).toISOString() : undefined;
  } catch {
    return undefined;
  }
}
