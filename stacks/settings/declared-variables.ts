import type { Composition } from "@rollout/infra/rollout/records/entry";
import type { DeclaredApplication } from "./application.ts";
import type { Settings } from "./schema.ts";

/** The plain variables that the application makes of its own groups of settings. */
export function declaredVariables(
  { variables }: Pick<DeclaredApplication, "variables">,
  settings: Settings,
): Composition["variables"] {
  // The schema, which has the declared groups, has checked them.
  const { web = {}, workers = {} } = variables?.(settings as never) ?? {};
  return { web: { ...web }, workers: { ...workers } };
}

/** The plain variables of a release: those of the stack, and the application's, which win. */
export function variablesOf(
  application: Pick<DeclaredApplication, "variables">,
  settings: Settings,
): Composition["variables"] {
  const { web, workers } = declaredVariables(application, settings);
  return {
    web: { ...settings.variables?.web, ...web },
    workers: { ...settings.variables?.workers, ...workers },
  };
}

/** The files in which a commit names the plain variables of a stack, from the project's folder. */
export function declarationFiles(stack: string): readonly string[] {
  return ["rollout.config.ts", `Pulumi.${stack}.yaml`];
}
