// Serves one emulator in a process of its own, so that a test can kill it: test-process.ts NAME, the place in PLACE.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CloudName, OpenEmulator } from "./emulator.ts";
import type { Place } from "./test-context.ts";
import { openTestCloudAt } from "./test-context.ts";

/** Starts it and waits until it answers. Returns what kills it with -9 and waits for its end. */
export async function startCloudProcess(name: CloudName, place: Place): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(import.meta.url), name], {
    env: { ...process.env, PLACE: JSON.stringify(place) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const isStarted = new AbortController();
  AbortSignal.timeout(90_000).addEventListener("abort", () => child.kill("SIGKILL"), {
    signal: isStarted.signal,
  });
  const [said] = (await Promise.race([once(child.stdout, "data"), once(child, "exit")])) as [unknown];
  isStarted.abort();
  if (String(said) !== "ready") throw new Error(`the ${name} emulator did not start: ${String(said)}`);
  return async () => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const name = process.argv[2] as CloudName;
  const { open } = (await import(`./${name}/index.ts`)) as { open: OpenEmulator };
  await openTestCloudAt(name, open, JSON.parse(process.env["PLACE"] ?? "") as Place);
  process.stdout.write("ready");
}
