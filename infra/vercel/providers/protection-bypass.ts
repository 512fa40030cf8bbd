import { randomBytes } from "node:crypto";
import type { ProviderModule } from "../../dynamic/provider-module.ts";
import type { VercelClient } from "../client.ts";
import { openVercel } from "../client.ts";
import { orGone } from "../../shared/or-gone.ts";

export interface ProtectionBypassInputs {
  readonly projectId: string;
  readonly team: string;
  /** What the project's settings show beside it; also how it is found again. */
  readonly note: string;
  /** Any text; a change of it makes a new secret and revokes the old one. */
  readonly version: string;
}

export interface ProtectionBypassOutputs extends ProtectionBypassInputs {
  /** Secret: passes the project's deployment protection. */
  readonly secret: string;
}

/**
 * A secret that passes a project's deployment protection. The Vercel provider has a resource for it, whose id is the
 * secret in plain text; this one keeps it as an encrypted output alone.
 */
export const provider: ProviderModule<ProtectionBypassInputs, ProtectionBypassOutputs> = {
  async create(news, { access }) {
    const vercel = await openVercel(access.vercel);
    const noteOfVersion = `${news.note} (${news.version})`;
    // A secret with our note was made by a create whose answer was lost.
    const known = Object.entries((await secretsOf(news, vercel)) ?? {}).find(
      ([, seen]) => seen.note === noteOfVersion,
    );
    // 32 letters and digits is the form that Vercel takes.
    const secret = known?.[0] ?? randomBytes(16).toString("hex");
    if (!known)
      await vercel.updateProtectionBypass({
        idOrName: news.projectId,
        teamId: news.team,
        requestBody: { generate: { secret, note: noteOfVersion } },
      });
    return { id: `${news.note}-${news.version}`, outputs: { ...news, secret } };
  },

  async read(_id, olds, { access }) {
    const secrets = await secretsOf(olds, await openVercel(access.vercel));
    return secrets && olds.secret in secrets ? { outputs: olds } : undefined;
  },

  async delete(_id, olds, { access }) {
    const vercel = await openVercel(access.vercel);
    const secrets = await secretsOf(olds, vercel);
    if (!secrets || !(olds.secret in secrets)) return;
    await vercel.updateProtectionBypass({
      idOrName: olds.projectId,
      teamId: olds.team,
      requestBody: { revoke: { secret: olds.secret, regenerate: false } },
    });
  },
};

/** The project's secrets with their notes, or nothing when the project is gone. */
async function secretsOf(
  { projectId, team }: ProtectionBypassInputs,
  vercel: VercelClient,
): Promise<Readonly<Record<string, { readonly note?: string | undefined }>> | undefined> {
  const project = await orGone(vercel.getProject({ idOrName: projectId, teamId: team }));
  return project?.protectionBypass ?? (project && {});
}
