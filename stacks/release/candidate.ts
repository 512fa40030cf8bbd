import type { Candidate } from "@rollout/infra/rollout/gate-checks";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { sourcesOf } from "@rollout/infra/rollout/records/entry";
import { digest } from "@rollout/infra/shared/digest";
import { imageAppOf } from "./composition.ts";
import type { EnvironmentKind } from "../environments.ts";
import { stackOf } from "../environments.ts";
import { namesInClouds } from "./names-in-clouds.ts";
import type { Release } from "./release.ts";
import type { DeclaredApplication } from "../settings/application.ts";
import type { CommitRules } from "../settings/commit-rules.ts";
import { migrationReviewers } from "../settings/commit-rules.ts";
import { recordTrusts } from "../settings/record-trusts.ts";
import type { Settings } from "../settings/schema.ts";
import { imagesOf } from "./worker-parts.ts";

export interface CandidateArgs {
  readonly application: { readonly database: Pick<DeclaredApplication["database"], "migrations"> };
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  /** What the checkout is. */
  readonly checkout: Release;
  /** Digest of the program that rolls it out. */
  readonly program: string;
  /** What the commit sets of the gate. */
  readonly rules: CommitRules;
  /** What is to run. */
  readonly release: Pick<Release, "name" | "commit"> & {
    readonly composition: Composition;
    readonly returnsTo?: number;
  };
}

/**
 * The settings that their digest is taken of: which release is to run is none of them, nor where pull requests have theirs, nor how a
 * release is watched afterwards.
 */
export function digestedSettings({
  release: _release,
  only: _only,
  previews: _previews,
  watch: _watch,
  notify: _notify,
  ...settings
}: Settings): Omit<Settings, "release" | "only" | "previews" | "watch" | "notify"> {
  return settings;
}

/** Digest of the settings; which release of theirs is to run is none of them. */
export function settingsDigest(settings: Settings): string {
  return digest(digestedSettings(settings));
}

/** The checks that the gate asks for, and where their results have to come from. */
export function checksOf({ requiredChecks, checkSources, environment, branchRules }: Settings["github"]) {
  return {
    requiredChecks,
    // A commit that was checked on main counts in production too: both branches are under the same rules.
    checkBranches: [...new Set([...environment.branches, ...branchRules.branches])],
    ...(Object.keys(checkSources).length > 0 ? { checkSources } : {}),
  };
}

/** The release as the gate checks it. */
export function candidateOf(args: CandidateArgs): Candidate {
  const { application, kind, settings, checkout, program, rules, release } = args;
  const { composition } = release;
  const { migrations } = composition;
  const names = namesInClouds(kind, settings, composition);
  const images = { app: imageAppOf(settings), references: imagesOf(composition) };
  const records = recordTrusts(kind, settings);
  const reviewers = kind.provenOn ? migrationReviewers(settings) : [];
  const asked = {
    owner: settings.github.owner,
    repository: settings.github.repository,
    environment: kind.environment,
    commit: release.commit,
    release: release.name,
    content: { sources: sourcesOf(composition), migrations: migrations.digest },
    settings: settingsDigest(settings),
    waitSeconds: settings.gate.waitSeconds,
    images,
    ...(names ? { names } : {}),
    ...(records ? { records } : {}),
  };
  if (release.returnsTo !== undefined)
    return {
      ...asked,
      returnsTo: release.returnsTo,
      ...(kind.keepsData && checkout.changed.length > 0 ? { isTreeChanged: true } : {}),
    };
  const freeze = settings.gate.freeze || rules.freeze;
  // The checkout's own release is not mixed: all its workers run one image.
  const [reference = ""] = images.references;
  const image = { app: images.app, reference };
  return {
    ...asked,
    // A preview is there to be looked at while CI still runs.
    ...(kind.pullRequest === undefined ? checksOf(settings.github) : {}),
    migrations: {
      // From the project's folder, in which the engine's provider runs.
      folder: application.database.migrations,
      approved: settings.migrations.approved,
      names: migrations.names,
      ...(reviewers.length === 0
        ? {}
        : {
            reviewed: {
              reviewers,
              folder: `${checkout.folder}${application.database.migrations}`,
              stack: stackOf(kind),
            },
          }),
    },
    waitSeconds: settings.gate.waitSeconds,
    ...(freeze === "" ? {} : { freeze }),
    ...(rules.faults.length === 0 ? {} : { laxerRules: rules.faults }),
    ...(kind.provenOn
      ? { proof: { provenOn: kind.provenOn.environment, proofDays: settings.gate.proofDays, program, image } }
      : {}),
  };
}
