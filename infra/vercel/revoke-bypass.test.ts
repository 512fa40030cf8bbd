import { describe, expect, it } from "vitest";
import type { VercelClient } from "./client.ts";
import { revokeBypass } from "./revoke-bypass.ts";

type Secrets = Record<string, { note?: string; isEnvVar?: boolean }>;
interface Change {
  readonly update?: { readonly secret: string };
  readonly revoke?: { readonly secret: string };
}

/** A project that revokes its default only when it is the last secret, as Vercel does. */
function projectWith(secrets: Secrets): { vercel: VercelClient; calls: string[] } {
  const calls: string[] = [];
  const vercel = {
    getProject: () => Promise.resolve({ protectionBypass: secrets }),
    updateProtectionBypass: async ({ requestBody }: { requestBody: Change }) => {
      const { update, revoke } = requestBody;
      if (update) {
        calls.push(`default ${update.secret}`);
        for (const [secret, each] of Object.entries(secrets)) each.isEnvVar = secret === update.secret;
      }
      if (!revoke) return;
      calls.push(`revoke ${revoke.secret}`);
      if (secrets[revoke.secret]?.isEnvVar && Object.keys(secrets).length > 1)
        throw new Error("promote another first");
      Reflect.deleteProperty(secrets, revoke.secret);
    },
  };
  return { vercel: vercel as unknown as VercelClient, calls };
}

const revoke = (vercel: VercelClient): Promise<void> =>
  revokeBypass(
    { projectId: "prj_a", team: "team_a", secret: "old" },
    (note) => note.startsWith("smoke test, preview "),
    vercel,
  );

describe("revoking a bypass secret", () => {
  it("makes the new one of the environment the default first", async () => {
    const { vercel, calls } = projectWith({
      other: { note: "smoke test, production (1)" },
      new: { note: "smoke test, preview (2)" },
      old: { note: "smoke test, preview (1)", isEnvVar: true },
    });
    await revoke(vercel);
    expect(calls).toEqual(["default new", "revoke old"]);
  });

  it("makes any other one the default where the environment has no new one", async () => {
    const { vercel, calls } = projectWith({ other: {}, old: { isEnvVar: true } });
    await revoke(vercel);
    expect(calls).toEqual(["default other", "revoke old"]);
  });

  it("leaves the default alone where the revoked one is none, or the last one", async () => {
    const several = projectWith({ other: { isEnvVar: true }, old: { isEnvVar: false } });
    await revoke(several.vercel);
    const last = projectWith({ old: { isEnvVar: true } });
    await revoke(last.vercel);
    expect([several.calls, last.calls]).toEqual([["revoke old"], ["revoke old"]]);
  });

  it("does nothing where it is gone", async () => {
    const { vercel, calls } = projectWith({ other: { isEnvVar: true } });
    await revoke(vercel);
    expect(calls).toEqual([]);
  });
});
