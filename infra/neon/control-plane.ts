import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";

/**
 * Neon's database sends changes of roles to Neon's control plane when they are committed, and takes them back where that does
 * not accept them (neondatabase/neon, pgxn/neon/control_plane_connector.c; logto-io/logto#4535).
 */
const refusal = /Received HTTP code (\d{3}) from control plane/;

/** The status that Neon's control plane answered to a change of roles; undefined for any other error. */
export function controlPlaneStatus(error: unknown): number | undefined {
  const [, status] = refusal.exec(error instanceof Error ? error.message : "") ?? [];
  return status === undefined ? undefined : Number(status);
}

const retries = 4;
const firstPause = 500;

/**
 * Runs a transaction that changes roles, again where Neon's control plane is busy or fails: nothing of it is done then.
 *
 * @param pause Waits so many milliseconds; replaced by tests.
 * @throws what `work` throws otherwise, or the last time.
 */
export async function withControlPlane<T>(
  client: Client,
  work: () => Promise<T>,
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const status = controlPlaneStatus(error);
      const mayPass = status !== undefined && (status >= 500 || status === 423 || status === 429);
      if (!mayPass || attempt === retries) throw error;
      await client.query("ROLLBACK");
      await pause(firstPause * 2 ** attempt);
    }
  }
}
