import { randomBytes } from "node:crypto";
import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { openVercel } from "../client.ts";
import { bypassesOf, revokeBypass } from "../revoke-bypass.ts";

export interface ProtectionBypassInputs {
  readonly projectId: string;
  readonly team: string;
  /** What the project's settings show next to it; also how it is found again. */
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
    const known = Object.entries((await bypassesOf(news, vercel)) ?? {}).find(
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
    const secrets = await bypassesOf(olds, await openVercel(access.vercel));
    return secrets && olds.secret in secrets ? { outputs: olds } : undefined;
  },

  async delete(_id, olds, { access }) {
    const isSuccessor = (note: string): boolean => note.startsWith(`${olds.note} (`);
    await revokeBypass(olds, isSuccessor, await openVercel(access.vercel));
  },
};
