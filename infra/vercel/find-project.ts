import type { Access } from "../shared/cloud-access.ts";
import { jsonApi } from "../shared/json-api.ts";
import { ignoreNotFound } from "../shared/ignore-not-found.ts";

/** With all its tries a minute, in milliseconds: a program that waits for its first answer shows nothing until then. */
const limitMilliseconds = 15_000;

/** The id of the team's project of that name; none when there is no such project yet. */
export async function findProject(access: Access, team: string, name: string): Promise<string | undefined> {
  const path = `/v9/projects/${encodeURIComponent(name)}?teamId=${encodeURIComponent(team)}`;
  const vercel = jsonApi("vercel", access);
  const project = await ignoreNotFound(
    vercel<{ readonly id: string }>({ method: "GET", path, limitMilliseconds }),
  );
  return project?.id;
}
