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
import type { DeclaredApplication } from "../settings/application.ts";
import { variablesOf } from "../settings/declared-variables.ts";
import type { Release } from "./release.ts";
import type { Settings } from "../settings/schema.ts";
import type { WorkerPart } from "./worker-parts.ts";
import { workerNames, workersOf } from "../settings/workers.ts";

export interface CompositionArgs {
  readonly application: Pick<DeclaredApplication, "variables">;
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  readonly release: Release;
  readonly artifacts: Artifacts;
  /** The checkout's folder. */
  readonly root: string;
}

export const dockerfile = "Dockerfile.worker";

/** The app whose registry has the workers' image. */
export function imageAppOf(settings: Settings): string {
  return settings.fly.imageApp ?? workersOf(settings)[0].app;
}

/** Path of a worker's fly config. */
export function configOf({ configs }: EnvironmentKind, worker: string): string {
  return `fly.${configs}.${worker}.toml`;
}

/** What the checkout is as a release. */
export function compositionOf(args: CompositionArgs): Composition {
  const { application, kind, settings, release, artifacts, root } = args;
  const { sources, migrations } = artifacts;
  const workers = workerNames(settings);
  checkParts(Object.keys(sources), workers);
  const sourceOf = (part: string): string => sources[part] ?? "";
  const contents = { root, dockerfile, build: imageBuildInputs(kind, root, workers) };
  const image = workerImageReference(imageAppOf(settings), {
    ...contents,
    sourceDigests: workers.map(sourceOf),
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
    workers: Object.fromEntries(workers.map((name) => [name, workerOf(name)])),
    variables: variablesOf(application, settings),
    migrations: { digest: migrations.digest, names: [...migrations.names] },
  };
}

/** Each declared worker has sources, and each worker that has some is declared. */
function checkParts(built: readonly string[], workers: readonly string[]): void {
  const declared = [webPart, ...workers];
  const faults = [
    ...declared
      .filter((part) => !built.includes(part))
      .map(
        (part) => `rollout.config.ts declares the worker ${part}, of which its sourceDigests gives no digest`,
      ),
    ...built
      .filter((part) => !declared.includes(part))
      .map(
        (part) => `rollout.config.ts declares no worker ${part}, and its sourceDigests gives a digest of it`,
      ),
  ];
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/**
 * What the first worker's fly.*.toml gives the build of the image.
 *
 * @throws Error where the environment that builds this one's image would build another one.
 */
function imageBuildInputs(kind: EnvironmentKind, root: string, [first = ""]: readonly string[]): BuildInputs {
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
