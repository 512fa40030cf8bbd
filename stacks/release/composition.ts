import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildInputs } from "@rollout/infra/fly/image-reference";
import { buildInputsOf, imageRecipe, workerImageReference } from "@rollout/infra/fly/image-reference";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { webPart } from "@rollout/infra/rollout/records/entry";
import { sameValue } from "@rollout/infra/shared/same-value";
import type { Artifacts } from "./artifacts.ts";
import type { EnvironmentKind } from "../environments.ts";
import { kindOf } from "../environments.ts";
import { featureFlags, flagsVariable } from "../settings/feature-flags.ts";
import type { Release } from "./release.ts";
import type { Settings } from "../settings/schema.ts";
import type { WorkerPart } from "./worker-parts.ts";
import { workerNames, workersOf } from "../settings/workers.ts";

export interface CompositionArgs {
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  readonly release: Release;
  readonly artifacts: Artifacts;
  /** The checkout's folder. */
  readonly root: string;
}

export const dockerfile = "Dockerfile.worker";

/** The app whose registry has the workers' image. */
export function imageAppOf({ fly }: Settings): string {
  return fly.imageApp ?? workersOf({ fly })[0].app;
}

/** Path of a worker's fly config. */
export function configOf({ configs }: EnvironmentKind, worker: string): string {
  return `fly.${configs}.${worker}.toml`;
}

/** The plain variables of a release, as the settings give them. */
export function variablesOf({ ai, flags, variables }: Settings): Composition["variables"] {
  const { web, workers } = featureFlags(flags);
  return {
    web: { ...variables?.web, [flagsVariable]: web },
    workers: {
      ...variables?.workers,
      OPENAI_BASE_URL: ai.baseUrl,
      OPENAI_MODEL: ai.model,
      [flagsVariable]: workers,
    },
  };
}

/** What the checkout is as a release. */
export function compositionOf({ kind, settings, release, artifacts, root }: CompositionArgs): Composition {
  const { sources, migrations } = artifacts;
  checkParts(Object.keys(sources));
  const sourceOf = (part: string): string => sources[part] ?? "";
  const contents = { root, dockerfile, build: imageBuildInputs(kind, root) };
  const image = workerImageReference(imageAppOf(settings), {
    ...contents,
    sourceDigests: workerNames.map(sourceOf),
  });
  const recipe = imageRecipe(contents);
  const workerOf = (name: string): WorkerPart => ({
    source: sourceOf(name),
    commit: release.name,
    image,
    recipe,
    config: readFileSync(join(root, configOf(kind, name)), "utf8"),
  });
  return {
    web: { source: sourceOf(webPart), commit: release.name },
    workers: Object.fromEntries(workerNames.map((name) => [name, workerOf(name)])),
    variables: variablesOf(settings),
    migrations: { digest: migrations.digest, names: [...migrations.names] },
  };
}

/** Each declared worker has an entry point, and each entry point is declared. */
function checkParts(built: readonly string[]): void {
  const declared = [webPart, ...workerNames];
  const faults = [
    ...declared
      .filter((part) => !built.includes(part))
      .map(
        (part) =>
          `rollout.config.ts declares the worker ${part}, which has no src/workers/entries/${part}.ts`,
      ),
    ...built
      .filter((part) => !declared.includes(part))
      .map((part) => `src/workers/entries/${part}.ts: rollout.config.ts declares no worker ${part}`),
  ];
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/**
 * What the first worker's fly.*.toml gives the build of the image.
 *
 * @throws Error where the environment that builds this one's image would build another one.
 */
function imageBuildInputs(kind: EnvironmentKind, root: string): BuildInputs {
  const [first = ""] = workerNames;
  const inputs = (each: EnvironmentKind): BuildInputs => {
    const file = configOf(each, first);
    return buildInputsOf(readFileSync(join(root, file), "utf8"), file);
  };
  const own = inputs(kind);
  const builder = kind.provenOn && kindOf(kind.provenOn.stack);
  if (builder && !sameValue(own, inputs(builder)))
    throw new Error(
      `${configOf(kind, first)}: expected the [build] of ${configOf(builder, first)}, since ${builder.environment} ` +
        "builds the image that runs here. Make args, build-target and ignorefile the same",
    );
  return own;
}
