import { ignoreNotFound } from "../shared/ignore-not-found.ts";
import type { VercelClient } from "./client.ts";

export interface BypassPlace {
  readonly projectId: string;
  readonly team: string;
}

/** The project's secrets with what Vercel shows of them, or nothing when the project is gone. */
export async function bypassesOf(
  { projectId, team }: BypassPlace,
  vercel: VercelClient,
): Promise<Bypasses | undefined> {
  const project = await ignoreNotFound(vercel.getProject({ idOrName: projectId, teamId: team }));
  return project?.protectionBypass ?? (project && {});
}

export type Bypasses = NonNullable<Awaited<ReturnType<VercelClient["getProject"]>>["protectionBypass"]>;

/**
 * Revokes a secret; one that is gone is a success. While a project has several, one of them is the default of
 * deployments (VERCEL_AUTOMATION_BYPASS_SECRET), and Vercel revokes that one after another became the default
 * (vercel/terraform-provider-vercel, client/project_protection_bypass.go).
 *
 * @param preferred Decides from its note whether a secret replaces the revoked one.
 */
export async function revokeBypass(
  place: BypassPlace & { readonly secret: string },
  preferred: (note: string) => boolean,
  vercel: VercelClient,
): Promise<void> {
  const { projectId, team, secret } = place;
  const { [secret]: revoked, ...others } = (await bypassesOf(place, vercel)) ?? {};
  if (!revoked) return;
  const successor = successorOf(others, preferred);
  if (revoked.isEnvVar === true && successor !== undefined)
    await vercel.updateProtectionBypass({
      idOrName: projectId,
      teamId: team,
      requestBody: { update: { secret: successor, isEnvVar: true } },
    });
  await ignoreNotFound(
    vercel.updateProtectionBypass({
      idOrName: projectId,
      teamId: team,
      requestBody: { revoke: { secret, regenerate: false } },
    }),
  );
}

function successorOf(others: Bypasses, preferred: (note: string) => boolean): string | undefined {
  const secrets = Object.keys(others);
  return secrets.find((each) => preferred(others[each]?.note ?? "")) ?? secrets[0];
}
