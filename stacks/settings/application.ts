/** What `rollout.config.ts` says of the application. */
export interface Application {
  /** By name: the name of its artifact, of its resources and of its settings. At least one. */
  readonly workers: Readonly<Record<string, WorkerDeclaration>>;
}

export interface WorkerDeclaration {
  /** What its Fly app is for, in the documentation of the settings. */
  readonly description: string;
}

/** What `--only` and the record call other parts of a release. */
const reserved = ["web", "workers", "variables"];

/**
 * Checks the declaration.
 *
 * @throws Error with all faults.
 */
export function defineApplication(application: Application): Application {
  const names = Object.keys(application.workers);
  const faults = names.flatMap((name) => {
    if (reserved.includes(name)) return [`${name}: this name is reserved`];
    return /^[a-z][a-z0-9-]{0,30}$/.test(name)
      ? []
      : [`${name}: expected up to 31 lower-case letters, digits and dashes, a letter first`];
  });
  if (names.length === 0) faults.push("expected at least one worker");
  if (faults.length > 0) throw new Error(["rollout.config.ts: workers:", ...faults].join("\n  "));
  return application;
}
