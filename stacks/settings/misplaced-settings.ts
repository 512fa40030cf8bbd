import { ownGroups } from "./application-faults.ts";
import { settingsPrefix } from "./parse-settings.ts";
import type { SettingsOwner } from "./schema.ts";

export interface MisplacedArgs {
  /** Name of the Pulumi project, whose namespace a key without one gets. */
  readonly project: string;
  readonly stack: string;
  readonly application: SettingsOwner;
}

/**
 * Settings that stand under the project's own namespace, where `pulumi config set neon.branch …` puts what has no `rollout:` in
 * front of it, and nothing reads them. One line for each, with the commands that move it. Values, which may be secret, are not
 * quoted.
 */
export function misplacedSettings(
  config: Readonly<Record<string, string>>,
  { project, stack, application }: MisplacedArgs,
): readonly string[] {
  const prefix = `${project}:`;
  if (prefix === settingsPrefix) return [];
  const groups: readonly string[] = [...ownGroups, ...Object.keys(application.settings ?? {})];
  return Object.entries(config)
    .filter(([key]) => key.startsWith(prefix))
    .flatMap(([key, value]) => {
      const name = key.slice(prefix.length);
      const [group = ""] = name.split(/[.[]/);
      if (!groups.includes(group)) return [];
      const set = `pulumi config set --stack ${stack}${group === "secrets" ? " --secret" : ""} --path`;
      return [
        `${key} is no setting, and nothing reads it: settings begin with ${settingsPrefix}. ` +
          `${pathsIn(name, value)
            .map((path) => `${set} '${settingsPrefix}${path}' VALUE`)
            .join(" && ")} && pulumi config rm --stack ${stack} '${key}'`,
      ];
    });
}

/** Of a group that was set by a path each of its fields; else the name itself. */
function pathsIn(name: string, text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return Object.entries(value).flatMap(([field, inner]) =>
        pathsIn(`${name}.${field}`, JSON.stringify(inner)),
      );
  } catch {
    // A plain text.
  }
  return [name];
}
