import { branchLimit } from "@rollout/infra/neon/branch-limit";
import { openNeon } from "@rollout/infra/neon/client";
import { findProject } from "@rollout/infra/neon/find-project";
import type { Plan } from "@rollout/infra/neon/plan";
import { readPlan } from "@rollout/infra/neon/plan";
import { madeByStaging } from "../environments.ts";
import type { Check, Finding } from "./check.ts";
import { fails, holds, newToken, once, setCommand, statusOf, unknown } from "./check.ts";
import type { DoctorContext } from "./context.ts";

const plans = "https://neon.com/pricing";
/** What a rollout with migrations makes in addition to the environment's branch: a backup, and a copy to rehearse on. */
const copies = 2;

/** What a rollout needs of the Neon account. */
export function neonChecks({ stack, kind, settings, access }: DoctorContext): readonly Check[] {
  const { neon: wanted } = settings;
  const isLasting = kind.pullRequest === undefined;
  const client = once(() => openNeon(access.neon));
  const project = once(async () =>
    findProject(await client(), { name: wanted.project, organizationId: wanted.organizationId }),
  );
  const branches = once(async () => {
    const found = await project();
    return found ? (await client()).branches.list({ projectId: found.id }).all() : [];
  });
  const plan = once(async () =>
    readPlan(await client(), access.neon, {
      projectId: (await project())?.id,
      organizationId: wanted.organizationId,
    }),
  );

  const token = async (): Promise<Finding> => {
    try {
      await project();
      return holds("NEON_API_KEY is accepted");
    } catch (error) {
      const { message } = error as Error;
      if (statusOf(error) === 401) return fails("NEON_API_KEY is not accepted", newToken("NEON_API_KEY"));
      if (statusOf((error as Error).cause) === 400 && message.includes("rollout:neon.organizationId"))
        // Only what looks a project up by its name needs it: a first rollout, a preview environment, a restore.
        return fails(
          "NEON_API_KEY is a personal key, and Neon requires an organization with it",
          setCommand(stack, "neon.organizationId", "org-…"),
          isLasting ? "changes" : "forward",
        );
      throw error;
    }
  };

  const place = async (): Promise<Finding> => {
    const found = await project();
    if (!found)
      return kind.makesShared
        ? holds(`${wanted.project} is not there yet: the rollout creates it`)
        : fails(`there is no project ${wanted.project}`, `staging creates it: ${madeByStaging}`);
    const has = `${found.region_id} with PostgreSQL ${String(found.pg_version)}`;
    if (found.region_id === wanted.region && found.pg_version === wanted.postgresVersion)
      return holds(`${wanted.project} is in ${has}`);
    return fails(
      `${wanted.project} is in ${has}; the settings have ${wanted.region} with ${String(wanted.postgresVersion)}, and neither can be changed`,
      `${setCommand(stack, "neon.region", found.region_id)}; ${setCommand(stack, "neon.postgresVersion", String(found.pg_version))}`,
    );
  };

  const room = async (): Promise<Finding> => {
    const found = await project();
    if (!found) return holds("the project is not there yet and has room");
    const limit = await branchLimit(await client(), found.id);
    if (limit === undefined) return holds("Neon names no limit of branches");
    const present = await branches();
    const isThere = present.some(({ name }) => name === wanted.branch);
    const needed = (isThere ? 0 : 1) + copies;
    const used = `${String(present.length)} of ${String(limit)} branches are used`;
    return present.length + needed <= limit
      ? holds(used)
      : fails(
          `${used}; a rollout with migrations adds ${String(needed)}${isThere ? "" : `, one of them ${wanted.branch}`}`,
          `bin/rollout preview-env sweep, or another plan: ${plans}`,
        );
  };

  const onPlan = (look: (plan: Plan) => Promise<Finding> | Finding) => async (): Promise<Finding> => {
    const found = await plan();
    return found ? look(found) : unknown("Neon does not show the plan of the account to this key");
  };

  const protection = onPlan(async ({ name, limits }) => {
    const guarded = (await branches()).filter((branch) => branch.protected);
    if (guarded.some((branch) => branch.name === wanted.branch))
      return holds(`${wanted.branch} is protected`);
    if (!limits) return unknown(`how many protected branches the plan ${name} has is not known here`);
    return guarded.length < limits.protectedBranches
      ? holds(`the plan ${name} has room for a protected branch`)
      : fails(
          `the plan ${name} has ${String(limits.protectedBranches)} protected branches, and ${String(guarded.length)} are used: a rollout leaves ${wanted.branch} unprotected, with a warning`,
          `another plan (${plans}), or: ${setCommand(stack, "neon.isProtected", "false")}`,
        );
  });

  const history = onPlan(async ({ name, limits }) => {
    if ((await project())?.history_retention_seconds === wanted.historyRetentionHours * 3_600)
      return holds(`${wanted.project} has ${String(wanted.historyRetentionHours)} h of history`);
    if (!limits) return unknown(`how long a history the plan ${name} has is not known here`);
    const asked = `${String(wanted.historyRetentionHours)} h of history`;
    return wanted.historyRetentionHours <= limits.historyHours
      ? holds(`the plan ${name} has ${asked}`)
      : fails(
          `the settings have ${asked}, and the plan ${name} allows ${String(limits.historyHours)} h`,
          setCommand(stack, "neon.historyRetentionHours", String(limits.historyHours)),
          "changes",
        );
  });

  const suspend = onPlan(({ name, limits }) => {
    if (!limits) return unknown(`whether the plan ${name} has a suspend timeout is not known here`);
    return limits.hasSuspendTimeout
      ? holds(`the plan ${name} has it`)
      : fails(
          `the plan ${name} has Neon's own suspend timeout only`,
          setCommand(stack, "neon.compute.suspendSeconds", "0"),
          isLasting ? "changes" : "forward",
        );
  });

  return [
    { name: "Neon key", isCheap: true, look: token },
    { name: "Neon project", look: place },
    { name: "Neon branches", look: room },
    ...(wanted.isProtected ? [{ name: "Neon protected branch", look: protection }] : []),
    ...(kind.makesShared ? [{ name: "Neon history", isCheap: true, look: history }] : []),
    ...(wanted.compute.suspendSeconds === 0
      ? []
      : [{ name: "Neon suspend timeout", isCheap: true, look: suspend }]),
  ];
}
