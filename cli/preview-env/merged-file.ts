import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../command.ts";
import type { StackFile } from "../settings-file.ts";
import { readStackFile, readYaml } from "../settings-file.ts";
import type { StackConfig } from "../stack-settings.ts";
import { readStackConfig } from "../stack-settings.ts";
import { UsageError } from "../usage-error.ts";

type Group = Readonly<Record<string, unknown>>;

/**
 * A stack's file with everything that the engine merges into it written out: settings may also be in `Pulumi.yaml` and in ESC
 * environments. It names no environment any more, since that would give another stack the names of this one as well.
 *
 * @throws UsageError where a secret is in an environment alone; StackUnreadable where the engine gives no settings.
 */
export function readMergedFile(
  session: Session,
  stack: string,
): { readonly path: string; readonly file: StackFile } {
  const { path, file } = readStackFile(session, stack);
  if (!file["environment"] && !hasProjectConfig(session)) return { path, file };
  return { path, file: mergedFile(file, readStackConfig(session, stack), stack) };
}

/** What the file sets comes first, as with the engine. */
export function mergedFile(
  { environment: _environment, ...file }: StackFile,
  { given, secret }: StackConfig,
  stack: string,
): StackFile {
  const own = isGroup(file["config"]) ? file["config"] : {};
  const withheld = secret.map((name) => `rollout:${name}`).filter((name) => !Object.hasOwn(own, name));
  if (withheld.length > 0)
    throw new UsageError(
      `${withheld.join(", ")} of ${stack} ${withheld.length > 1 ? "are secrets" : "is a secret"} of its ESC environment, which the ` +
        "environment of a pull request does not get: the names of " +
        `${stack} would come with it. Set it in the stack file: pulumi config set --secret --path --stack ${stack} 'rollout:…'`,
    );
  const merged = Object.fromEntries(Object.entries(given).map(([name, value]) => [`rollout:${name}`, value]));
  return { ...file, config: over(merged, own) };
}

function hasProjectConfig({ checkout }: Session): boolean {
  const project = join(checkout, "Pulumi.yaml");
  return existsSync(project) && Boolean(readYaml(project)["config"]);
}

/** Groups are merged, in groups too; anything else is replaced. */
function over(below: Group, above: Group): Group {
  const entries = Object.entries(above).map(([key, value]) => {
    const other = below[key];
    return [key, isGroup(value) && isGroup(other) ? over(other, value) : value] as const;
  });
  return { ...below, ...Object.fromEntries(entries) };
}

function isGroup(value: unknown): value is Group {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
