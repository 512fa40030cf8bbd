import { Hono, type MiddlewareHandler } from "hono";
import type { Account } from "../account/account.ts";
import { user } from "./account.ts";
import { VercelError } from "./errors.ts";
import type { VercelState } from "./state.ts";

/**
 * Refuses calls for a team that the token is not for. Code and status are those of Vercel's errors page ("Not authorized to
 * access scope"); its words are not quoted.
 */
export function checkScope(account: Account): MiddlewareHandler {
  return async (c, next) => {
    const isForTeam =
      ["teamId", "slug"].some((name) => c.req.query(name) !== undefined) || /\/teams\/./.test(c.req.path);
    if (isForTeam && account.get("vercel.token") === "other")
      throw new VercelError(403, "forbidden", "Not authorized: the token has no access to this scope");
    await next();
  };
}

/** The user of the token, and teams: any team that is asked for exists, with the id or the slug asked for. */
export function accountRoutes(account: Account, state: VercelState): Hono {
  const routes = new Hono();

  routes.get("/v2/user", (c) =>
    c.json({
      user: {
        ...user,
        defaultTeamId: null,
        billing: null,
        createdAt: 0,
        hasTrialAvailable: false,
        resourceConfig: {},
        softBlock: null,
        stagingPrefix: "sandbox",
      },
    }),
  );

  const team = (asked: string): object => {
    // `vercel switch` and `--scope` find a team by its slug, which is no other team's.
    const slug = asked.replace(/^team_/, "");
    return {
      id: `team_${slug}`,
      slug,
      name: slug,
      avatar: null,
      billing: { plan: account.get("vercel.plan") },
      createdAt: 0,
      updatedAt: 0,
      creatorId: user.id,
      description: null,
      stagingPrefix: "sandbox",
      membership: {
        role: "OWNER",
        confirmed: true,
        uid: user.id,
        teamId: `team_${slug}`,
        created: 0,
        createdAt: 0,
      },
    };
  };
  // The vercel CLI asks without a version.
  for (const path of ["/v2/teams/:idOrSlug", "/teams/:idOrSlug"] as const)
    routes.get(path, (c) => c.json(team(c.req.param("idOrSlug"))));

  // `vercel teams ls` and `vercel switch`; those that have a project here, and one that is always there.
  for (const path of ["/v2/teams", "/v1/teams"] as const)
    routes.get(path, (c) => {
      const owners = Object.values(state.projects).map(({ accountId }) => accountId);
      const ids = new Set(["team_sandbox", ...owners.filter((id) => id.startsWith("team_"))]);
      const teams = [...ids].map(team);
      return c.json({ teams, pagination: { count: teams.length, next: null, prev: null } });
    });

  return routes;
}
