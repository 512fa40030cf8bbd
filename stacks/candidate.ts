import type { Candidate } from "@atlaris/infra/rollout/admission";
import { digest } from "@atlaris/infra/shared/digest";
import { workerImageReference } from "@atlaris/infra/fly/worker-image";
import type { Artifacts } from "./artifacts.ts";
import type { EnvironmentKind } from "./environments.ts";
import type { Release } from "./release.ts";
import type { Settings } from "./settings-schema.ts";

export interface CandidateArgs {
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  readonly release: Release;
  readonly artifacts: Artifacts;
}

/** The workers' image: in which app's registry, and what it is made of. */
export function imageContents({ settings, artifacts }: Pick<CandidateArgs, "settings" | "artifacts">) {
  return {
    imageApp: settings.fly.imageApp ?? settings.fly.apps.worker,
    dockerfile: "Dockerfile.worker",
    sourceDigests: [artifacts.sources.worker, artifacts.sources.regenerator],
  };
}

/** The release as it asks the gate to be let in. */
export function candidateOf({ kind, settings, release, artifacts }: CandidateArgs): Candidate {
  const { imageApp, ...contents } = imageContents({ settings, artifacts });
  return {
    owner: settings.github.owner,
    repository: settings.github.repository,
    environment: kind.environment,
    commit: release.commit,
    release: release.name,
    // A preview is there to be looked at while CI still runs.
    ...(kind.pullRequest === undefined ? { requiredChecks: settings.github.requiredChecks } : {}),
    content: { ...artifacts.sources, migrations: artifacts.migrations.digest },
    settings: digest(settings),
    migrations: { folder: "src/db/migrations", approved: settings.migrations.approved },
    waitSeconds: settings.gate.waitSeconds,
    ...(settings.gate.freeze === "" ? {} : { freeze: settings.gate.freeze }),
    ...(kind.provenOn
      ? {
          proof: {
            provenOn: kind.provenOn.environment,
            proofDays: settings.gate.proofDays,
            image: { app: imageApp, reference: workerImageReference(imageApp, contents) },
          },
        }
      : {}),
  };
}
