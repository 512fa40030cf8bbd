import { join } from "node:path";
import { cachedMonitoring, getMonitoringCommand } from "../../sandbox/toolchain/monitoring-programs.ts";

export const project = join(import.meta.dirname, "..", "..");
export const rulesFolder = join(project, "monitoring");
export const dashboardsFolder = join(rulesFolder, "dashboards");

/** Prometheus and Alertmanager, where this machine has them: to build them takes minutes, and no test does so unasked. */
export const programs = cachedMonitoring(project, process.env);

/** Stands in the name of what is skipped without them. */
export const orSkipped = programs
  ? ""
  : ` (skipped: without Prometheus; get it with ${getMonitoringCommand})`;
