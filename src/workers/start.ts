import { openLog } from "../log.ts";

/** Waits for a worker to have started; when it cannot, reports why in one line of the log and ends with status 1. */
export function exitOnSettingsError(starting: Promise<void>): void {
  starting.catch((error: unknown) => {
    openLog("worker", "info", []).fatal({ event: "worker_crash", error });
    process.exit(1);
  });
}
