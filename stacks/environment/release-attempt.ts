import * as pulumi from "@pulumi/pulumi";
import { putBehind } from "@rollout/infra/rollout/behind-attempt";
import { failureNotice, failureReport, refusalNotice } from "@rollout/infra/rollout/failure-report";
import { textOf, thingsOf } from "@rollout/infra/rollout/ownership/stack-names";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { sourcesOf } from "@rollout/infra/rollout/records/entry";
import type { OutageRun } from "@rollout/infra/rollout/without-github";
import { Attempt, Gate, gateHook } from "@rollout/infra/rollout/resources";
import type { RecordedDeployment } from "@rollout/infra/vercel/file-digests";
import { digest } from "@rollout/infra/shared/digest";
import { candidateOf, settingsDigest } from "../release/candidate.ts";
import type { EnvironmentKind } from "../environments.ts";
import { protectFromDestroy } from "./protect-from-destroy.ts";
import type { Release } from "../release/release.ts";
import type { DeclaredApplication } from "../settings/application.ts";
import type { CommitRules } from "../settings/commit-rules.ts";
import type { Outside } from "../settings/outside.ts";
import { secretVersions } from "../settings/secret-versions.ts";

/** What is to run. */
export interface ReleaseToRun {
  readonly name: string;
  readonly commit: string;
  readonly composition: Composition;
  /** The attempt whose release it is; absent of the checkout's own. */
  readonly returnsTo?: number;
  /** Of a rollback while GitHub does not answer. */
  readonly withoutGitHub?: OutageRun;
  /** Deployments of its web that the record names, newest first. */
  readonly webDeployments?: readonly RecordedDeployment[];
}

export interface ReleaseAttemptArgs {
  readonly application: DeclaredApplication;
  readonly kind: EnvironmentKind;
  readonly outside: Outside;
  readonly checkout: Release;
  /** Digest of the program that rolls it out. */
  readonly program: string;
  /** What the commit sets of the gate. */
  readonly rules: CommitRules;
  readonly release: ReleaseToRun;
}

export interface ReleaseAttempt {
  readonly attempt: Attempt;
  /** To be reported when a migration has run that the release before cannot live with, and why it may. */
  readonly crosses: (oneWay: string) => void;
  /** To be called when the release's migrations have run. */
  readonly migrates: () => void;
}

/** gate → attempt. All that is declared afterwards is behind both, and each failure of it is reported. */
export function declareReleaseAttempt(args: ReleaseAttemptArgs): ReleaseAttempt {
  const { application, kind, checkout, program, rules, release, outside } = args;
  const { environment } = kind;
  const { settings, access } = outside;
  const { github } = settings;
  const { commit, composition, returnsTo, withoutGitHub } = release;
  const outage = withoutGitHub ? { withoutGitHub } : {};
  const repository = { owner: github.owner, repository: github.repository };
  const isLasting = kind.pullRequest === undefined;

  const notice = failureNotice();
  // The web's have names of their own: one of both may have become another's.
  const ofWeb = Object.entries(outside.secrets.web).map(([name, value]) => [`web:${name}`, value] as const);
  const given = { ...outside.secrets.workers, ...Object.fromEntries(ofWeb) };
  const secrets = pulumi.secret(pulumi.all(given).apply(digest));
  const candidate = candidateOf({ application, kind, settings, checkout, program, rules, release });
  const gate = new Gate(
    "gate",
    { ...candidate, ...outage, secrets },
    { hooks: { onError: [refusalNotice()] } },
  );
  const attempt = new Attempt(
    "attempt",
    {
      ...repository,
      environment,
      commit,
      release: release.name,
      artifacts: sourcesOf(composition),
      migrations: {
        digest: composition.migrations.digest,
        newest: composition.migrations.names.at(-1) ?? "",
      },
      settings: settingsDigest(settings),
      secrets,
      ...(isLasting ? { secretVersions: secretVersions(settings) } : {}),
      program,
      composition,
      checks: returnsTo === undefined && isLasting ? github.requiredChecks : [],
      ...(returnsTo === undefined ? {} : { returnsTo }),
      ...(isLasting ? {} : { isTransient: true }),
      ...outage,
      ...(candidate.names ? { names: thingsOf(candidate.names).map(textOf) } : {}),
      ...(candidate.records ? { records: candidate.records } : {}),
    },
    { dependsOn: gate, hooks: { onError: [notice] } },
  );
  if (kind.keepsData) protectFromDestroy();
  const crossed = { oneWay: "", hasMigrated: false };
  const report = failureReport({
    ...repository,
    access: access.github,
    environment,
    records: candidate.records,
    privateKeys: outside.privateKeys,
    commit,
    isWithoutGitHub: withoutGitHub !== undefined,
    rollback: isLasting ? `bin/rollout rollback --stack ${pulumi.getStack()}` : undefined,
    oneWay: () => crossed.oneWay,
    hasMigrated: () => crossed.hasMigrated,
  });
  putBehind(attempt, { onFailure: [notice, report], beforeAct: gateHook(gate, candidate) });
  return {
    attempt,
    crosses: (oneWay) => void (crossed.oneWay = oneWay),
    migrates: () => void (crossed.hasMigrated = true),
  };
}
