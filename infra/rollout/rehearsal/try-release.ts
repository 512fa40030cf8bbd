import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "../../shared/say.ts";
import { waitUntil } from "../../shared/wait-until.ts";
import { redactor } from "../../shared/redact.ts";
import type { Composition } from "../records/entry.ts";
import type { SmokeCommand } from "../smoke/run-smoke-command.ts";
import { runSmokeCommand } from "../smoke/run-smoke-command.ts";
import { webPart } from "../records/entry.ts";
import type { Bundles } from "./build-release.ts";
import type { ReleaseProcess } from "./release-process.ts";
import { startRelease } from "./release-process.ts";

export interface TrialArgs {
  /** As messages name it: `the live release a1b2c3d4e5f6`. */
  readonly what: string;
  readonly bundles: Bundles;
  /** Secret. As the role that the application logs in by. */
  readonly databaseUrl: string;
  /** Plain variables of web and workers. */
  readonly variables: Composition["variables"];
  /** Secret. The workers' further variables, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Secret. The web's further variables, by name. */
  readonly webSecrets?: Readonly<Record<string, string>> | undefined;
  /** Path of the web that answers 200 when it works. */
  readonly healthPath: string;
  /** Of the checkout, whichever release is tried. */
  readonly smokeTest: SmokeCommand;
  /** The checkout's folder. */
  readonly checkout: string;
  readonly signal: AbortSignal;
}

export type Trial = { readonly works: true } | { readonly works: false; readonly reason: string };

/** Each part has to be healthy so soon, in milliseconds. */
const startLimit = 30_000;
/** Workers look for expired jobs and failed plans once a second: they run at least so long, in milliseconds. */
const leastRun = 1_500;

/**
 * Runs a release on this machine against a database and smoke-tests it as a rollout does. It works when that passes and
 * no part of it asked the database for what is not there.
 */
export async function tryRelease(args: TrialArgs): Promise<Trial> {
  const { what, bundles, databaseUrl, variables, secrets: given, webSecrets = {}, signal } = args;
  const apiKey = randomBytes(32).toString("base64url");
  const secrets = [databaseUrl, apiKey, ...Object.values(given), ...Object.values(webSecrets)];
  say(`starting ${what} on the copy`);
  const begun = performance.now();
  const processes = Object.entries(bundles).map(([part, { file }]) =>
    startRelease(part, file, {
      ...(part === webPart
        ? { ...variables.web, ...webSecrets, API_KEYS: apiKey }
        : { ...variables.workers, ...given }),
      DATABASE_URL: databaseUrl,
    }),
  );
  const web = processes.find(({ part }) => part === webPart);
  const failure = await (async () => {
    try {
      await Promise.all(processes.map((process) => healthy(process, args.healthPath, signal)));
      say(`smoke-testing ${what} on the copy`);
      const target = { apiUrl: web?.address() ?? "", databaseUrl, apiKey };
      await runSmokeCommand({ ...args.smokeTest, ...target, folder: args.checkout, signal });
      await sleep(Math.max(0, begun + leastRun - performance.now()));
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      return (error as Error).message;
    } finally {
      await Promise.all(processes.map((process) => process.end()));
    }
  })();
  // Only now: what a process wrote last is heard of when it has ended.
  const faults = processes.flatMap((process) => process.schemaFaults());
  const reasons = [...(failure === undefined ? [] : [failure]), ...faults];
  return reasons.length === 0
    ? { works: true }
    : { works: false, reason: redactor(secrets)(reasons.join("; ")) };
}

async function healthy(process: ReleaseProcess, healthPath: string, signal: AbortSignal): Promise<void> {
  await waitUntil(
    {
      what: `the ${process.part} to be healthy`,
      limitMilliseconds: startLimit,
      longestPauseMilliseconds: 250,
    },
    async () => {
      signal.throwIfAborted();
      const end = process.ended();
      if (end !== undefined) throw new Error(`the ${process.part} ended on its own: ${end}`);
      const address = process.address();
      if (address === undefined) return { pending: "it has not started" };
      const path = process.part === webPart ? healthPath : "/health";
      try {
        const answer = await fetch(`${address}${path}`, { signal: AbortSignal.timeout(5_000) });
        await answer.body?.cancel();
        return answer.ok ? { done: undefined } : { pending: `it answers ${String(answer.status)}` };
      } catch (error) {
        return { pending: (error as Error).message };
      }
    },
  );
}
