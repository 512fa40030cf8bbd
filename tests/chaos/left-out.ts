import { openEmulators } from "../../sandbox/replay/emulators.ts";
import { readHar } from "../../sandbox/replay/read-har.ts";

/** Provider modules that the campaign has no step for, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  "neon/application-role": "acts in the database by SQL, and the emulators of a cell have none",
  "neon/retired-logins": "acts in the database by SQL, and the emulators of a cell have none",
  "rollout/rehearsal": "runs the release's programs on a copy of the database",
  "rollout/smoke": "asks the application, whose answers are no cloud's",
  "rollout/after-live": "runs the application's own commands",
  "rollout/api-key": "makes a random key and no call",
  "fly/drained": "not yet: it follows a move to another host, which the clouds of a cell have none of",
  "railway/service": "not yet: the clouds of a cell are those of a replay, without Railway",
  "railway/variables": "not yet: the clouds of a cell are those of a replay, without Railway",
  "railway/deployment": "not yet: the clouds of a cell are those of a replay, without Railway",
  "railway/drained": "not yet: the clouds of a cell are those of a replay, without Railway",
  "rollout/gate": "not yet: it only reads, and takes the lease, which is one of a process",
};

/** The calls of a recorded rollout, each form once, as the campaign names them. */
export async function recordedCalls(file: string): Promise<readonly string[]> {
  const emulators = await openEmulators();
  try {
    const names = readHar(file).flatMap(({ cloud, method, url }) =>
      cloud ? [`${cloud} ${method} ${emulators.patternOf(cloud, method, url.pathname)}`] : [],
    );
    return [...new Set(names)].sort();
  } finally {
    await emulators.close();
  }
}
