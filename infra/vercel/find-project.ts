import type { Access } from "../dynamic/cloud-access.ts";
import { jsonApi } from "../shared/json-api.ts";
import { orGone } from "../shared/or-gone.ts";

/** The id of the team's project of that name; none when there is no such project yet. */
export async function findProject(access: Access, team: string, name: string): Promise<string | undefined> {
  const path = `/v9/projects/${encodeURIComponent(name)}?teamId=${encodeURIComponent(team)}`;
  const project = await orGone(jsonApi("vercel", access)<{ readonly id: string }>({ method: "GET", path }));
  return project?.id;
}
