import type { WebBuildCommand } from "@rollout/infra/vercel/build-output";
import type { Hook } from "@rollout/infra/rollout/hook";
import type { RehearsedApplication } from "@rollout/infra/rollout/rehearsal/rehearsed-application";
import type { SmokeCommand } from "@rollout/infra/rollout/smoke/run-smoke-command";
import type { DeclaredApplication } from "./application.ts";

/** What the declared commands are for the steps that run them, with what the declaration leaves open. */

/** A smoke test ends itself, or is killed after so many seconds. */
const smokeLimit = 100;
/** The same of a hook. */
const hookLimit = 60;

/**
 * How what is live is tested: by the suite that the stack's settings name, else by the declared command. A suite has the
 * limit of that, since both prove the same.
 */
export function smokeCommand(
  { smokeTest }: Pick<DeclaredApplication, "smokeTest">,
  suite: string | undefined,
): SmokeCommand {
  const declared =
    typeof smokeTest === "string" ? { command: smokeTest, limitSeconds: smokeLimit } : smokeTest;
  return suite === undefined
    ? declared
    : { ...declared, command: `node bin/rollout smoke --suite ${suite} --json` };
}

export function afterLiveHooks({ hooks }: Pick<DeclaredApplication, "hooks">): readonly Hook[] {
  return (hooks?.afterLive ?? []).map((hook) =>
    typeof hook === "string"
      ? { command: hook, limitSeconds: hookLimit, environment: [] }
      : { environment: [], ...hook },
  );
}

export function webBuild({ web }: Pick<DeclaredApplication, "web">): WebBuildCommand {
  const { build: command, output, sources } = web;
  return { command, ...(output === undefined ? {} : { output }), ...(sources ? { sources } : {}) };
}

/** How a rehearsal builds and migrates releases of the application. */
export function rehearsedApplication(application: DeclaredApplication): RehearsedApplication {
  const { database, rehearsal, web, workers } = application;
  const sources = Object.entries({ web, ...workers }).flatMap(([part, { sources: paths }]) =>
    paths === undefined ? [] : [[part, paths] as const],
  );
  return {
    migrate: { command: rehearsal?.migrate ?? database.migrate, hasReport: rehearsal?.migrate !== undefined },
    applied: database.applied,
    ...(database.jobs ? { jobs: { table: database.jobs.table, cancel: database.jobs.cancel } } : {}),
    ...(rehearsal
      ? {
          build: {
            commands: rehearsal.build,
            files: rehearsal.files,
            sources: Object.fromEntries(sources),
          },
        }
      : {}),
    healthPath: web.healthPath,
  };
}
