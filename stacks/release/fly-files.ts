import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dockerfileFaults } from "@rollout/infra/fly/dockerfile";
import { flyConfigFaults } from "@rollout/infra/fly/fly-config-faults";
import { serviceConfigFaults } from "@rollout/infra/railway/service-config";
import type { BuildInputs } from "@rollout/infra/fly/image-reference";
import { buildInputsOf } from "@rollout/infra/fly/image-reference";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { sameValue } from "@rollout/infra/shared/same-value";
import { configOf, dockerfile } from "./composition.ts";
import type { EnvironmentKind } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";
import { workersOf } from "../settings/workers.ts";
import { workerIn } from "./worker-parts.ts";

/**
 * Checks the fly.*.toml of a release's workers before anything is declared: a fault that is found later would end a rollout
 * that has begun.
 *
 * @throws Error with all faults: the file, what was expected there and what fixes it.
 */
export function checkFlyFiles(
  { workers }: Pick<Composition, "workers">,
  kind: EnvironmentKind,
  settings: Settings,
): void {
  const faults: string[] = [];
  const firstOf = new Map<string, { readonly file: string; readonly inputs: BuildInputs }>();
  for (const { name, machines, host } of workersOf(settings)) {
    const worker = workers[name];
    if (!worker) continue;
    const file = configOf(kind, name);
    const { config, image } = worker;
    faults.push(...flyConfigFaults(config, { file, dockerfile, hasRegion: machines.regions !== undefined }));
    if (host === "railway") faults.push(...serviceConfigFaults(config, file));
    const inputs = buildInputsOf(config, file);
    const first = firstOf.get(image) ?? { file, inputs };
    firstOf.set(image, first);
    if (!sameValue(inputs, first.inputs))
      faults.push(
        `${file}: expected the [build] of ${first.file}, since both run one image. Make args, build-target and ignorefile the same`,
      );
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/**
 * Checks the workers' Dockerfile of the checkout, which an earlier release does not build.
 *
 * @throws Error with all faults.
 */
export function checkDockerfile(
  own: Pick<Composition, "workers">,
  kind: EnvironmentKind,
  settings: Settings,
  root: string,
): void {
  const [{ name: first }] = workersOf(settings);
  const { target } = buildInputsOf(workerIn(own, first).config, configOf(kind, first));
  const faults = dockerfileFaults(readFileSync(join(root, dockerfile), "utf8"), dockerfile, target);
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
