import type { ProviderModule } from "../../dynamic/provider-module.ts";
import { ApiError } from "../../shared/json-api.ts";
import { appPath, openFly } from "../client.ts";
import { orGone } from "../../shared/or-gone.ts";

export interface AppInputs {
  readonly name: string;
  readonly organization: string;
}

/** A Fly app without machines; deployments put them there. An app of that name in our organization is taken over. */
export const provider: ProviderModule<AppInputs, AppInputs> = {
  replaceOn: ["name", "organization"],
  deleteBeforeReplace: true,

  async create(news, { access }) {
    const fly = openFly(access.fly);
    try {
      await fly({
        method: "POST",
        path: "/v1/apps",
        body: { name: news.name, org_slug: news.organization },
      });
    } catch (error) {
      // Names are taken world-wide; one that we can read is ours, made by a create whose answer we did not hear.
      if (!(error instanceof ApiError && error.status === 422)) throw error;
      if (!(await canRead(news.name, fly)))
        throw new Error(
          `the Fly app name ${news.name} is taken by somebody else; names are world-wide. ` +
            "Choose another in the stack's settings: atlaris:fly → apps, and in its fly.*.toml",
          { cause: error },
        );
    }
    return { id: news.name, outputs: news };
  },

  async read(id, olds, { access }) {
    const app = await orGone(openFly(access.fly)({ method: "GET", path: appPath(id) }));
    return app ? { outputs: olds } : undefined;
  },

  async delete(id, _olds, { access }) {
    await orGone(openFly(access.fly)({ method: "DELETE", path: appPath(id) }));
  },
};

/** Another organization's app is answered 403, one that is nobody's 404. */
async function canRead(app: string, fly: ReturnType<typeof openFly>): Promise<boolean> {
  try {
    await fly({ method: "GET", path: appPath(app) });
    return true;
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.status)) return false;
    throw error;
  }
}
