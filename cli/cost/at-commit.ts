import { execFileSync } from "node:child_process";
import { gitVariables } from "@rollout/infra/shared/machine-variables";
import { CORE_SCHEMA, load } from "js-yaml";
import { application } from "../../rollout.config.ts";
import type { EnvironmentKind } from "../../stacks/environments.ts";
import { parseSettings, settingsIn } from "../../stacks/settings/parse-settings.ts";
import { UsageError } from "../usage-error.ts";
import type { Declared } from "./declared.ts";
import { declaredBy } from "./declared.ts";

/**
 * What a commit declares of an environment, by its stack file.
 *
 * @throws UsageError where the clone lacks the commit, or its settings are none of this version.
 */
export function declaredAt(checkout: string, stack: string, kind: EnvironmentKind, commit: string): Declared {
  const read = (file: string): string => {
    try {
      return execFileSync("git", ["show", `${commit}:./${file}`], {
        ...{ cwd: checkout, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 10_000 },
        env: gitVariables(process.env),
      });
    } catch {
      throw new UsageError(
        `This clone lacks ${file} of the commit ${commit.slice(0, 12)}. Fetch it: git fetch --unshallow`,
      );
    }
  };
  const { config } = load(read(`Pulumi.${stack}.yaml`), { schema: CORE_SCHEMA }) as {
    readonly config?: Readonly<Record<string, unknown>>;
  };
  const { settings, faults } = parseSettings(settingsIn(config ?? {}), stack, application);
  if (!settings)
    throw new UsageError(
      `The settings of ${stack} at ${commit.slice(0, 12)} are none of this version:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
  return declaredBy(settings, kind, read);
}
