import * as pulumi from "@pulumi/pulumi";
import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import { explained } from "@rollout/infra/dynamic/explain-error";
import { watchingCalls } from "@rollout/infra/shared/cloud-calls";
import { requireDeclared, withTodaysAddresses } from "@rollout/infra/rollout/records/recorded-variables";
import { findProject } from "@rollout/infra/vercel/find-project";
import { isTakenAddress } from "@rollout/infra/vercel/taken-address";
import type { AdoptedResource } from "./adopted-resource.ts";
import { adoptVariable } from "./adopted-resource.ts";
import { application } from "../rollout.config.ts";
import { readArtifacts } from "./release/artifacts.ts";
import { silenceDebugLog, userFault } from "./user-fault.ts";
import { candidateOf } from "./release/candidate.ts";
import { accountFaults } from "./doctor/account-faults.ts";
import { declareAdopted } from "./declare-adopted.ts";
import { downtimeNotes } from "./environment/downtime-notes.ts";
import { contentFolder } from "./release/content-folder.ts";
import { compositionOf } from "./release/composition.ts";
import type { WantedRelease } from "./release/earlier-release.ts";
import { earlierRelease } from "./release/earlier-release.ts";
import { declareEnvironment } from "./environment/environment.ts";
import { ownsProject } from "./environment/owns-project.ts";
import { environments, kindOf, madeByStaging } from "./environments.ts";
import { checkDockerfile, checkFlyFiles } from "./release/fly-files.ts";
import { readOutage, releaseOfCopy } from "./release/without-github.ts";
import { programDigest } from "./release/program.ts";
import { previewGate } from "./release/gate-forecast.ts";
import { attemptsBefore, leavesRollback, olderThanLive, replacedRelease } from "./release/older-release.ts";
import type { ReleaseToRun } from "./environment/release-attempt.ts";
import { readRelease, rotatedFileVariable, withoutRotation } from "./release/release.ts";
import { rulesOfCommit } from "./settings/commit-rules.ts";
import { webDeploymentsOf } from "./release/web-deployments.ts";
import { loadOutside } from "./settings/outside.ts";
import { declarationFiles, variablesOf } from "./settings/declared-variables.ts";
import { checkVariables } from "./settings/own-variables.ts";
import { countOf, unknownStack } from "./wording.ts";
import { refuseHalfPrograms } from "./whole-program.ts";

/** A fault of the checkout is reported without a stack trace: it is not one of the program. */
function ofUser<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw userFault((error as Error).message);
  }
}

/** To read the declaration of an earlier release from the clone, in milliseconds. */
const gitLimit = 60_000;

/** The checkout's release, or the earlier one that the settings name. */
async function releaseToRun(
  own: ReleaseToRun,
  wanted: WantedRelease,
  access: CloudAccess,
): Promise<ReleaseToRun> {
  const { release } = wanted.settings;
  if (release === undefined) return own;
  const looked = watchingCalls(async () => {
    const outage = readOutage(process.env);
    const found = outage
      ? releaseOfCopy(release, wanted, outage)
      : await earlierRelease(release, wanted, access);
    const { commits, ...chosen } = found;
    await requireDeclared(chosen.composition.variables, {
      ...{ today: own.composition.variables, commits, files: declarationFiles(wanted.stack) },
      ...{ clone: process.cwd(), signal: AbortSignal.timeout(gitLimit) },
    });
    return chosen;
  }, explained);
  return looked.catch((error: unknown) => {
    throw userFault((error as Error).message);
  });
}

/** In a workflow an older commit is a run that was started again, and refused; at a keyboard a user may mean it. */
function refusedAsOlder(older: string | undefined): readonly string[] {
  if (older === undefined) return [];
  if (process.env["GITHUB_ACTIONS"] === "true" && !pulumi.runtime.isDryRun()) return [older];
  pulumi.log.warn(older);
  return [];
}

function requireNoFault(stack: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  const lines = faults.map((fault) => `  ${fault}`).join("\n");
  throw userFault(`the stack ${stack} cannot be rolled out; nothing was changed\n${lines}`);
}

/** Warns of what does not keep a release from being rolled out, and that a user may not expect. */
async function reportNotes(
  notes: readonly string[],
  { replaced, leaves }: { readonly replaced: string | undefined; readonly leaves: string | undefined },
): Promise<void> {
  for (const note of notes) pulumi.log.warn(note);
  if (replaced !== undefined) await pulumi.log.info(replaced);
  if (leaves !== undefined) pulumi.log.warn(leaves);
}

async function declareStack(): Promise<Record<string, pulumi.Input<unknown>>> {
  const stack = pulumi.getStack();
  const kind = kindOf(stack);
  if (!kind) throw userFault(unknownStack(stack, Object.keys(environments)));
  const place = { checkout: process.cwd(), isPreview: pulumi.runtime.isDryRun() };
  const root = ofUser(() => contentFolder(process.env, place));
  const outside = loadOutside(process.env, stack, kind, application);
  const adopted = process.env[adoptVariable];
  if (adopted) {
    declareAdopted(JSON.parse(adopted) as AdoptedResource[], outside.settings.github.owner);
    return {};
  }
  const release = ofUser(() => readRelease(root));
  const { access, settings } = outside;
  const { team, project, domain } = settings.vercel;
  const [artifacts, program, rules, found, isTaken, account, attempts] = await Promise.all([
    readArtifacts(root, application).catch((error: unknown) => {
      throw userFault(`the checkout cannot be built: ${(error as Error).message}`);
    }),
    programDigest(root, application).catch((error: unknown) => {
      // What a preview shows is of another commit, which may have its scripts elsewhere.
      if (root !== place.checkout) return "unknown";
      throw userFault((error as Error).message);
    }),
    rulesOfCommit({ root, stack, kind, settings, application }),
    findProject(access.vercel, team, project).then(
      (id) => ({ id }),
      (error: unknown) => ({ error: error as Error }),
    ),
    isTakenAddress(access.vercel, team, domain),
    accountFaults({
      ...{ stack, kind, settings, access, commit: release.commit, regions: [] },
      variables: variablesOf(application, settings),
    }),
    attemptsBefore({ stack, kind, settings }, access),
  ]);
  const older = refusedAsOlder(olderThanLive(release.commit, attempts, stack, root));
  const taken = isTaken
    ? [
        `rollout:vercel.domain is ${domain}, which another Vercel account uses: all accounts share the names under vercel.app. ` +
          `pulumi config set --stack ${stack} --path rollout:vercel.domain OTHER-NAME.vercel.app`,
      ]
    : [];
  // A preview of another's content is made with a token that writes nothing.
  const isForeign = root !== place.checkout;
  if (isForeign) for (const fault of account.faults) pulumi.log.warn(fault);
  requireNoFault(stack, [...(isForeign ? [] : account.faults), ...taken, ...older]);
  if ("error" in found) throw userFault(found.error.message);
  const webProjectId = found.id;
  if (kind.pullRequest !== undefined && webProjectId === undefined && !ownsProject(kind, settings, "vercel"))
    throw userFault(`there is no Vercel project ${project} in ${team}. Staging makes it: ${madeByStaging}`);
  if (release.changed.length > 0 && settings.release === undefined)
    pulumi.log.warn(
      `the tree differs from its commit in ${countOf(release.changed.length, "file")}; this release is ${release.name}`,
    );
  const checkout = withoutRotation(release, process.env[rotatedFileVariable]);
  const own = ofUser(() => compositionOf({ application, kind, settings, release, artifacts, root }));
  await reportNotes([...account.notes, ...downtimeNotes(kind, settings, stack)], {
    replaced: replacedRelease(release.name, attempts),
    leaves: leavesRollback(own, attempts, stack),
  });
  const chosen = await releaseToRun(
    { ...release, composition: own, webDeployments: webDeploymentsOf(own, attempts) },
    { stack, kind, settings },
    access,
  );
  const variables = withTodaysAddresses(chosen.composition.variables, own.variables);
  const target = { ...chosen, composition: { ...chosen.composition, variables } };
  ofUser(() => checkVariables(target.composition.variables));
  ofUser(() => checkFlyFiles(target.composition, kind, settings));
  if (settings.release === undefined) ofUser(() => checkDockerfile(own, kind, settings, root));
  if (pulumi.runtime.isDryRun())
    await previewGate(
      candidateOf({ application, kind, settings, checkout, program, rules, release: target }),
      root,
      access,
    );
  return declareEnvironment({
    ...{ application, kind, outside, checkout, program, rules, release: target, own, webProjectId },
  });
}

silenceDebugLog();
refuseHalfPrograms();

// Pulumi calls the entry module when that is a function: the way in which a CommonJS program may be asynchronous.
module.exports = declareStack;
