import { findProject } from "@rollout/infra/vercel/find-project";
import { isTakenAddress } from "@rollout/infra/vercel/taken-address";
import { jsonApi } from "@rollout/infra/shared/json-api";
import type { Check, Finding } from "./check.ts";
import { fails, holds, newToken, once, refusedWith, setCommand, statusOf, unknown } from "./check.ts";
import type { DoctorContext } from "./context.ts";

interface Team {
  readonly billing?: { readonly plan?: string } | null;
}

/** Vercel's message about a refused token in its body. */
interface Refusal {
  readonly body?: { readonly error?: { readonly invalidToken?: boolean } } | string;
}

/** Files that a Hobby account may upload in a day: reported as `api-upload-free` (colophon-group/jobseek#6802). */
const hobbyFiles = 5_000;

/** What a rollout needs of the Vercel team. @param look replaced by tests: an address is looked at in the network. */
export function vercelChecks(
  { stack, kind, settings, access }: DoctorContext,
  look?: typeof fetch,
): readonly Check[] {
  const { team, project, domain, deploymentProtection } = settings.vercel;
  const foundProject = once(() => findProject(access.vercel, team, project));
  const foundTeam = once(() =>
    jsonApi(
      "vercel",
      access.vercel,
    )<Team>({
      method: "GET",
      path: `/v2/teams/${encodeURIComponent(team)}`,
      limitMilliseconds: 10_000,
    }),
  );

  const token = async (): Promise<Finding> => {
    const { refusal } = await refusedWith([401, 403], foundProject());
    if (!refusal) return holds(`VERCEL_API_TOKEN may read the projects of ${team}`);
    const { body } = refusal as Refusal;
    const isInvalid =
      statusOf(refusal) === 401 || (typeof body === "object" && body.error?.invalidToken === true);
    return isInvalid
      ? fails("VERCEL_API_TOKEN is not accepted", newToken("VERCEL_API_TOKEN"), "every")
      : fails(
          `VERCEL_API_TOKEN may not read the projects of ${team}: its scope is another one, or ${team} is not yours`,
          `https://vercel.com/account/settings/tokens, or: ${setCommand(stack, "vercel.team", "team_…")}`,
          // The program reads the project in each rollout.
          "every",
        );
  };

  const place = async (): Promise<Finding> =>
    (await foundProject()) === undefined
      ? holds(`${project} is not there yet: the rollout creates it`)
      : holds(`${project} is there`);

  const address = async (): Promise<Finding> => {
    if (!domain.endsWith(".vercel.app"))
      return unknown("whether another account has a domain of your own shows when it goes live");
    const isTaken = await isTakenAddress(access.vercel, team, domain, look);
    if (isTaken === undefined)
      return unknown(
        `whether another account has ${domain} was not seen: Vercel or the address did not answer`,
      );
    return isTaken
      ? fails(
          `another Vercel account uses ${domain}: all accounts share the names under vercel.app`,
          setCommand(stack, "vercel.domain", "OTHER-NAME.vercel.app"),
        )
      : holds(`no other account was seen at ${domain}`);
  };

  const protection = async (): Promise<Finding> => {
    const plan = (await foundTeam()).billing?.plan;
    if (plan === undefined) return unknown("Vercel does not show the plan of the team to this token");
    return plan === "hobby"
      ? fails(
          "the plan Hobby has no protection of all deployments",
          `${setCommand(stack, "vercel.deploymentProtection", "standard_protection_new")}, or another plan: https://vercel.com/pricing`,
          // The environment of a pull request uses the project as it is.
          kind.pullRequest === undefined ? "changes" : "none",
        )
      : holds(`the plan ${plan} has it`);
  };

  const uploads = async (): Promise<Finding> => {
    const plan = (await foundTeam()).billing?.plan;
    const most = plan === "hobby" ? `the plan Hobby takes ${String(hobbyFiles)} files a day, and ` : "";
    return unknown(`${most}Vercel does not show how many files may still be uploaded today`);
  };

  return [
    { name: "Vercel token", isCheap: true, isForRollbacks: true, look: token },
    { name: "Vercel project", look: place },
    { name: "Vercel address", look: address },
    ...(deploymentProtection === "all_deployments"
      ? [{ name: "Vercel deployment protection", isCheap: true, look: protection }]
      : []),
    { name: "Vercel uploads", look: uploads },
  ];
}
