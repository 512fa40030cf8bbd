import { Hono } from "hono";
import { user } from "./account.ts";

/** The user of the token, and teams: any team that is asked for exists, with the id or the slug asked for. */
export function accountRoutes(): Hono {
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
    const isId = asked.startsWith("team_");
    return {
      id: isId ? asked : `team_${asked}`,
      slug: isId ? "sandbox" : asked,
      name: isId ? "sandbox" : asked,
      avatar: null,
      billing: null,
      createdAt: 0,
      updatedAt: 0,
      creatorId: user.id,
      description: null,
      stagingPrefix: "sandbox",
      membership: {
        role: "OWNER",
        confirmed: true,
        uid: user.id,
        teamId: isId ? asked : `team_${asked}`,
        created: 0,
        createdAt: 0,
      },
    };
  };
  // The vercel CLI asks without a version.
  for (const path of ["/v2/teams/:idOrSlug", "/teams/:idOrSlug"] as const)
    routes.get(path, (c) => c.json(team(c.req.param("idOrSlug"))));

  return routes;
}
