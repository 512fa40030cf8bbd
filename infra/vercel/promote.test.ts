import { describe, expect, it } from "vitest";
import type { VercelClient } from "./client.ts";
import type { Promotion } from "./promote.ts";
import { assignAlias, promote, waitForAlias } from "./promote.ts";

const promotion: Promotion = {
  ...{ team: "team_a", projectId: "prj_a", deploymentId: "new", domain: "shop.example" },
  waitSeconds: 60,
};
const requestOf = (jobStatus: string, requestedAt: number, toDeploymentId = "new") => ({
  ...{ type: "promote", jobStatus, requestedAt, toDeploymentId },
});

interface Looks {
  /** What the domain points at, look by look; the last one stays. */
  readonly aliases: readonly (string | undefined)[];
  /** Production and the last alias request, look by look, the one before the promote first. */
  readonly projects?: readonly { production?: string; request?: ReturnType<typeof requestOf> }[];
  /** Status of the promote; 201 where absent. */
  readonly promoted?: number;
  /** Status of the assignment of the domain. */
  readonly assigns?: number;
}

function vercelWith({ aliases, projects = [{}], promoted = 201, assigns = 200 }: Looks) {
  const calls: string[] = [];
  const looks = { alias: 0, project: 0 };
  const refusal = (statusCode: number): Error => Object.assign(new Error("refused"), { statusCode });
  let assigned: string | undefined;
  const vercel = {
    getProjectDomain: async () => ({ verified: true }),
    getAlias: async () => {
      const deploymentId = assigned ?? aliases[Math.min(looks.alias++, aliases.length - 1)];
      if (deploymentId === undefined) throw refusal(404);
      return { deploymentId };
    },
    getProject: async () => {
      const { production, request } = projects[Math.min(looks.project++, projects.length - 1)] ?? {};
      return {
        targets: production === undefined ? {} : { production: { id: production } },
        lastAliasRequest: request ?? null,
      };
    },
    promote: async () => {
      calls.push(`promote ${String(promoted)}`);
      if (promoted >= 400) throw refusal(promoted);
    },
    assignAlias: async () => {
      calls.push("assign");
      if (assigns >= 400) throw refusal(assigns);
      assigned = "new";
    },
  };
  return { vercel: vercel as unknown as VercelClient, calls };
}

describe("promoting a Vercel deployment", () => {
  it("does nothing where the domain points at it", async () => {
    const { vercel, calls } = vercelWith({ aliases: ["new"] });
    await promote(promotion, vercel);
    expect(calls).toEqual([]);
  });

  it("waits for the domain while the promotion is under way", async () => {
    const { vercel, calls } = vercelWith({
      aliases: ["old", "old", "old", "new"],
      projects: [{ production: "old" }, { request: requestOf("pending", 2) }],
    });
    await promote(promotion, vercel);
    expect(calls).toEqual(["promote 201"]);
  });

  it("follows the domain alone where Vercel shows no request", async () => {
    const { vercel, calls } = vercelWith({ aliases: ["old", "old", "new"] });
    await promote(promotion, vercel);
    expect(calls).toEqual(["promote 201"]);
  });

  it("assigns a domain that is not the project's, once it is production", async () => {
    const { vercel, calls } = vercelWith({
      aliases: ["old"],
      projects: [{ production: "old" }, { production: "new", request: requestOf("succeeded", 2) }],
    });
    await promote(promotion, vercel);
    expect(calls).toEqual(["promote 201", "assign"]);
  });

  it("succeeds where the deployment is production already, and assigns a domain that is elsewhere", async () => {
    const { vercel, calls } = vercelWith({
      aliases: ["old"],
      projects: [{ production: "new" }],
      promoted: 409,
    });
    await promote(promotion, vercel);
    expect(calls).toEqual(["promote 409", "assign"]);
  });

  it("waits for a promotion of its own that is under way, after a lost answer", async () => {
    const { vercel } = vercelWith({
      aliases: ["old", "old", "new"],
      projects: [{ request: requestOf("in-progress", 2) }],
      promoted: 409,
    });
    await promote(promotion, vercel);
  });

  it("fails for any other conflict", async () => {
    const { vercel } = vercelWith({
      aliases: ["old"],
      projects: [{ production: "old", request: requestOf("in-progress", 2, "another") }],
      promoted: 409,
    });
    await expect(promote(promotion, vercel)).rejects.toThrow("refused");
  });

  it.each(["failed", "skipped"])("reports at once that the promotion was %s", async (jobStatus) => {
    const { vercel } = vercelWith({
      aliases: ["old"],
      projects: [{ production: "old" }, { production: "old", request: requestOf(jobStatus, 2) }],
    });
    await expect(promote({ ...promotion, waitSeconds: 3_600 }, vercel)).rejects.toThrow(
      `Vercel ended the promotion of new as ${jobStatus}`,
    );
  });

  it("does not take an earlier failure of the same deployment for its own", async () => {
    const request = requestOf("failed", 1);
    const { vercel } = vercelWith({ aliases: ["old", "old", "new"], projects: [{ request }, { request }] });
    await promote(promotion, vercel);
  });
});

describe("assigning a domain that Vercel answers with a conflict", () => {
  const assign = async (aliases: Looks["aliases"]): Promise<void> => {
    const { vercel } = vercelWith({ aliases, assigns: 409 });
    const conflict = await assignAlias(promotion, vercel);
    await waitForAlias(promotion, vercel, { ...(conflict && { conflict }), limitMilliseconds: 3_000 });
  };

  it("succeeds where the domain is there, also where the first look does not show it yet", async () => {
    await assign(["old", "new"]);
  });

  it("fails with the conflict where the domain stays elsewhere", async () => {
    await expect(assign(["old"])).rejects.toThrow("refused");
  });
});
