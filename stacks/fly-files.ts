import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dockerfileFaults } from "@atlaris/infra/fly/dockerfile";
import { flyConfigFaults } from "@atlaris/infra/fly/fly-config-faults";
import { buildInputsOf } from "@atlaris/infra/fly/image-reference";
import type { Composition } from "@atlaris/infra/rollout/records/entry";
import { sameValue } from "@atlaris/infra/shared/same-value";
import { configOf, dockerfile } from "./composition.ts";
import type { EnvironmentKind } from "./environments.ts";
import type { Settings } from "./settings-schema.ts";

/**
 * Checks the fly.*.toml of a release's workers before anything is declared: a fault that is found later would end a rollout
 * that has begun.
 *
 * @throws Error with all faults: the file, what was expected there and what fixes it.
 */
export function checkFlyFiles(
  release: Pick<Composition, "worker" | "regenerator">,
  kind: EnvironmentKind,
  { fly }: Settings,
): void {
  const workers = (["worker", "regenerator"] as const).map((name) => ({
    name,
    ...release[name],
    file: configOf(kind, name),
  }));
  const faults = workers.flatMap(({ name, config, file }) =>
    flyConfigFaults(config, { file, dockerfile, hasRegion: fly.machines[name].regions !== undefined }),
  );
  const [worker, regenerator] = workers.map(({ config, file }) => buildInputsOf(config, file));
  if (release.worker.image === release.regenerator.image && !sameValue(worker, regenerator))
    faults.push(
      `${configOf(kind, "regenerator")}: expected the [build] of ${configOf(kind, "worker")}, since both run one image. ` +
        "Make args, build-target and ignorefile the same",
    );
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/**
 * Checks the workers' Dockerfile of the checkout, which an earlier release does not build.
 *
 * @throws Error with all faults.
 */
export function checkDockerfile(own: Pick<Composition, "worker">, kind: EnvironmentKind, root: string): void {
  const { target } = buildInputsOf(own.worker.config, configOf(kind, "worker"));
  const faults = dockerfileFaults(readFileSync(join(root, dockerfile), "utf8"), dockerfile, target);
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
