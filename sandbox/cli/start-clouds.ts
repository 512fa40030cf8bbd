import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { notStarted } from "../cloud/server/not-started.ts";
import type { Endpoints, Tokens } from "../environment.ts";
import type { Home } from "../home.ts";
import { registryVariables } from "../registry-access.ts";
import { withLock } from "../toolchain/lock.ts";
import type { Progress } from "../toolchain/progress.ts";
import { UserError } from "../user-error.ts";
import { callControl } from "./control-client.ts";
import { askClouds, cloudsLog, lastLogLines, readEndpoints } from "./clouds.ts";
import type { Sandbox } from "./sandbox.ts";

const startLimitMilliseconds = 90_000;
const callLimitMilliseconds = 30_000;
const pollMilliseconds = 25;

/** The addresses of the clouds; starts them when they do not run. */
export async function ensureClouds(
  checkout: string,
  home: Home,
  tokens: Tokens,
  progress: Progress,
): Promise<Endpoints> {
  const running = async (): Promise<Endpoints | undefined> =>
    (await askClouds(home, tokens)) ? readEndpoints(home) : undefined;
  const already = await running();
  if (already) return already;
  return withLock(
    join(home.folder, "clouds"),
    () => undefined,
    async () => {
      const byNow = await running();
      if (byNow) return byNow;
      // What a killed server left: its addresses must not be taken for the new one's.
      rmSync(home.endpointsFile, { force: true });
      return start(checkout, home, progress);
    },
  );
}

/** One call to the sandbox's own settings; starts the clouds when they do not run. */
export async function callClouds(
  { checkout, home, tokens, progress }: Sandbox,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const { control } = await ensureClouds(checkout, home, tokens, progress);
  return callControl(control, tokens.control, method, path, callLimitMilliseconds, body);
}

async function start(checkout: string, home: Home, progress: Progress): Promise<Endpoints> {
  const log = openSync(cloudsLog(home), "a");
  const before = fstatSync(log).size;
  const tsx = createRequire(join(checkout, "package.json")).resolve("tsx");
  const child = spawn(
    process.execPath,
    [
      ...["--require", join(checkout, "bin", "compile-cache.cjs"), "--import", pathToFileURL(tsx).href],
      join(checkout, "sandbox", "cloud", "server.ts"),
    ],
    {
      cwd: home.folder,
      env: serverEnvironment(home, process.env),
      stdio: ["ignore", log, log],
      detached: true,
    },
  );
  closeSync(log);
  child.unref();
  let ended: string | undefined;
  child.once("error", (error) => (ended = error.message));
  child.once("exit", (code, signal) => (ended = `ended with ${signal ?? String(code)}`));

  const wait = async (): Promise<Endpoints> => {
    const until = Date.now() + startLimitMilliseconds;
    while (Date.now() < until) {
      const endpoints = readEndpoints(home);
      if (endpoints && endpoints.pid === child.pid) return endpoints;
      if (ended !== undefined) throw startFailure(home, before, ended);
      await delay(pollMilliseconds);
    }
    child.kill("SIGKILL");
    throw startFailure(home, before, `not ready within ${startLimitMilliseconds / 1000} s`);
  };
  return progress.during(() => "starting the clouds", wait);
}

/** Why they did not start: their own reason where that is all there is, else the end of what they logged. */
function startFailure(home: Home, before: number, why: string): UserError {
  const lines = lastLogLines(home, before);
  const [reason] = lines.length === 1 ? lines.map((line) => line.split(notStarted)[1]) : [];
  if (reason) return new UserError(`The sandbox's clouds did not start. ${reason}`);
  return new UserError(
    [
      `The sandbox's clouds did not start: ${why}. The last lines of ${cloudsLog(home)}:`,
      ...lines.map((line) => `  ${line}`),
    ].join("\n"),
  );
}

const passedOn = [
  ...["PATH", "HOME", "USER", "LANG", "TMPDIR", "TZ", "ROLLOUT_CACHE", "XDG_CACHE_HOME"],
  // Tests have every answer held against the vendors' documents.
  "SANDBOX_CHECK_ANSWERS",
  // What Neon allows; kept, once set.
  "SANDBOX_NEON_PLAN",
  // Where layers of images are kept for all sandboxes.
  "SANDBOX_LAYERS",
  // For how long Fly shows what was, in milliseconds.
  "SANDBOX_FLY_LAG",
];

/**
 * What the server gets from the command that starts it: nothing that would make it differ from one to the next, and the
 * way to the package registry, for the builds that it runs.
 */
export function serverEnvironment(home: Home, base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...registryVariables(base), SANDBOX_HOME: home.folder };
  for (const name of passedOn) if (base[name] !== undefined) environment[name] = base[name];
  return environment;
}
