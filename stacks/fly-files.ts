import { withMachineSettings } from "@atlaris/infra/fly/fly-config";
import { checkStrategy } from "@atlaris/infra/fly/strategy";
import type { Composition } from "@atlaris/infra/rollout/records/entry";
import { configOf } from "./composition.ts";
import type { EnvironmentKind } from "./environments.ts";
import type { Settings } from "./settings-schema.ts";

/**
 * Holds the fly.*.toml of a release's workers against the settings. What does not fit is told before anything is declared:
 * found later it would end a rollout that has begun.
 *
 * @throws Error that names the file, what was expected there and what mends it.
 */
export function checkFlyFiles(
  release: Pick<Composition, "worker" | "regenerator">,
  kind: EnvironmentKind,
  { fly }: Settings,
): void {
  for (const worker of ["worker", "regenerator"] as const) {
    const file = configOf(kind, worker);
    const text = withMachineSettings(release[worker].config, fly.machines[worker].size ?? {}, file);
    checkStrategy(fly.strategy, text, file);
  }
}
