import type { Ended } from "../sandbox/sandbox.ts";

/**
 * What a command printed and ended with, without what differs from run to run: times, ports, temporary folders, commits,
 * and the lines of a rollout's progress.
 */
export function said({ status, output }: Ended, folders: Readonly<Record<string, string>> = {}): string {
  let text = output;
  for (const [folder, name] of Object.entries(folders)) text = text.replaceAll(folder, name);
  text = text
    .replaceAll(/^ *[\d.]+ (s|min \d+ s) {2}.*\n/gm, "")
    .replaceAll(/^ {2}starting the clouds.*\n/gm, "")
    .replaceAll(/\b[0-9a-f]{40}\b/g, "COMMIT")
    .replaceAll(/\b\d+(\.\d+)? s\b/g, "TIME")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z /g, "")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replaceAll(/\b(br|ep|prj|dpl)[-_][\w-]+/g, "$1-ID");
  return `${text.trim()}\nexit status ${String(status)}`;
}
