import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { ApiError } from "../../shared/json-api.ts";
import { waitUntil } from "../../shared/wait-until.ts";
import type { Fly } from "../client.ts";
import { appPath, openFly } from "../client.ts";
import { ignoreNotFound } from "../../shared/ignore-not-found.ts";

export interface AppInputs {
  readonly name: string;
  readonly organization: string;
}

/** How long Fly may take to show an app that was made, in milliseconds. */
const visibleWithin = 60_000;

/** A Fly app without machines; deployments put them there. An app of that name in our organization is taken over. */
export const provider: ProviderModule<AppInputs, AppInputs> = {
  replaceOn: ["name", "organization"],
  deleteBeforeReplace: true,

  async create(news, { access }) {
    const fly = openFly(access.fly);
    try {
      await fly({
        method: "POST",
        path: "/v1/apps?wait=true",
        body: { name: news.name, org_slug: news.organization },
        // A second one is refused for its name, and looked at below.
        repeatable: true,
      });
    } catch (error) {
      // Names are taken world-wide; one that we can read is ours, made by a create whose answer we did not hear.
      if (!(error instanceof ApiError && error.status === 422)) throw error;
      if ((await lookAt(news.name, fly)) === "forbidden") throw nameIsTaken(news.name, error);
    }
    await waitUntil(
      { what: `Fly to show its new app ${news.name}`, limitMilliseconds: visibleWithin },
      async () => {
        const seen = await lookAt(news.name, fly);
        return seen === "visible" ? { done: true } : { pending: `Fly answers as if it were ${seen}` };
      },
    );
    return { id: news.name, outputs: news };
  },

  async read(id, olds, { access }) {
    const app = await ignoreNotFound(openFly(access.fly)({ method: "GET", path: appPath(id) }));
    return app ? { outputs: olds } : undefined;
  },

  async delete(id, _olds, { access }) {
    await ignoreNotFound(openFly(access.fly)({ method: "DELETE", path: appPath(id) }));
  },
};

type Visibility = "visible" | "missing" | "unauthorized" | "forbidden";

const visibilities: Readonly<Record<number, Visibility>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "missing",
};

/**
 * Whether every call that follows knows the app. A new one reads 404 or 401 for a moment, at each of Fly's places by
 * itself (superfly/fly-go, flaps_apps.go: WaitForApp); another organization's reads 403.
 */
async function lookAt(app: string, fly: Fly): Promise<Visibility> {
  try {
    for (const path of ["", "/secrets", "/machines"])
      await fly({ method: "GET", path: `${appPath(app)}${path}` });
    return "visible";
  } catch (error) {
    const seen = error instanceof ApiError ? visibilities[error.status] : undefined;
    if (seen === undefined) throw error;
    return seen;
  }
}

function nameIsTaken(name: string, cause: unknown): Error {
  return new Error(
    `the Fly app name ${name} is taken by another user; names are world-wide. ` +
      "Choose another in the stack's settings: rollout:fly → apps, and in its fly.*.toml",
    { cause },
  );
}
