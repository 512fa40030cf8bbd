import { setTimeout as delay } from "node:timers/promises";
import { type Cloud, CloudError } from "./cloud.ts";
import type { MachineConfig } from "./machine-config.ts";

/** A machine as the Machines API answers it, as far as flyctl reads it. */
export interface Machine {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly region: string;
  readonly instance_id: string;
  readonly config: MachineConfig;
  readonly nonce?: string;
  readonly updated_at: string;
  readonly created_at: string;
  readonly image_ref: { repository: string; tag?: string; digest?: string };
  readonly checks?: readonly { name: string; status: string; output: string; updated_at: string }[];
  readonly events?: readonly MachineEvent[];
}

export interface MachineEvent {
  readonly type: string;
  readonly status: string;
  readonly timestamp: number;
  readonly request?: {
    readonly exit_event?: { exit_code: number; requested_stop: boolean; restarting: boolean };
    readonly restart_count?: number;
  };
}

export function groupOf(machine: Machine): string {
  return machine.config.metadata["fly_process_group"] ?? "app";
}

export function pathOf(app: string, machine?: Machine): string {
  return `/apps/${encodeURIComponent(app)}/machines${machine ? `/${machine.id}` : ""}`;
}

/** How long a new machine may not be shown. The real flyctl keeps a cookie for it (superfly/fly-go#224). */
const hiddenMilliseconds = 60_000;

/** A machine as it is now; one that was just created is read again until it is shown. */
export async function readMachine(
  cloud: Cloud,
  app: string,
  machine: Machine,
  signal?: AbortSignal,
): Promise<Machine> {
  for (;;) {
    try {
      return await cloud.flaps<Machine>(pathOf(app, machine), signal ? { signal } : {});
    } catch (error) {
      const isNew = Date.now() - Date.parse(machine.created_at) < hiddenMilliseconds;
      if (!(error instanceof CloudError && error.status === 404 && isNew)) throw error;
      await delay(100);
    }
  }
}

const ownGroups = ["fly_app_release_command", "fly_app_console"];

/** The machines that `flyctl deploy` looks after: those of the app's platform that are not on their way out. */
export async function listDeployed(cloud: Cloud, app: string): Promise<Machine[]> {
  const machines = await cloud.flaps<Machine[]>(pathOf(app));
  return machines
    .filter((machine) => !["destroyed", "destroying"].includes(machine.state))
    .filter(
      (machine) => (machine.config as Partial<MachineConfig>).metadata?.["fly_platform_version"] === "v2",
    )
    .filter((machine) => !ownGroups.includes(groupOf(machine)))
    .sort((a, b) => a.id.localeCompare(b.id));
}

/** The last lines that a machine wrote since its present version began. */
export async function lastLogLines(cloud: Cloud, app: string, machine: Machine): Promise<string[]> {
  const answer = await cloud
    .uiex<{ data: { attributes: { message: string } }[] }>(
      `/apps/${encodeURIComponent(app)}/logs?next_token=&instance=${machine.id}`,
    )
    .catch(() => ({ data: [] }));
  return answer.data.map(({ attributes }) => attributes.message).slice(-20);
}
