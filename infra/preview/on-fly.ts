import type { CloudAccess } from "../shared/cloud-access.ts";
import { appPath, openFly } from "../fly/client.ts";
import { ignoreNotFound } from "../shared/ignore-not-found.ts";
import type { Leftover, PreviewPlace } from "./leftover.ts";
import { pullRequestIn } from "./names.ts";

interface Apps {
  readonly apps: readonly { readonly name: string }[];
}

/** The organization's apps whose names are those of a preview; their machines and secrets go with them. */
export async function previewsOnFly(place: PreviewPlace, access: CloudAccess): Promise<readonly Leftover[]> {
  const fly = openFly(access.fly);
  const organization = encodeURIComponent(place.fly.organization);
  // Fly knows an organization from its first app on.
  const found = await ignoreNotFound(fly<Apps>({ method: "GET", path: `/v1/apps?org_slug=${organization}` }));
  return (found?.apps ?? []).flatMap(({ name }) => {
    const pullRequest = place.fly.apps.map((app) => pullRequestIn(name, app)).find(Boolean);
    if (pullRequest === undefined) return [];
    const remove = async (): Promise<void> => {
      await ignoreNotFound(fly({ method: "DELETE", path: appPath(name) }));
    };
    return [{ cloud: "fly", what: `app ${name}`, pullRequest, remove }];
  });
}
