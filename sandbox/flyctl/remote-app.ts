import type { Cloud } from "./cloud.ts";
import { CommandError } from "./command-error.ts";
import { type AppConfig, configOf, table } from "./fly-toml.ts";

/** What the newest release of an app recorded: commands that deploy no file go by it, as with the real flyctl. */
export interface RemoteApp {
  readonly config: AppConfig;
  readonly image: string;
}

interface Answer {
  readonly app: {
    readonly currentReleaseUnprocessed: {
      readonly configDefinition: unknown;
      readonly imageRef: string;
    } | null;
  };
}

export async function readRemoteApp(cloud: Cloud, app: string): Promise<RemoteApp> {
  const query =
    "query($appName: String!) { app(name: $appName) { currentReleaseUnprocessed { id version imageRef configDefinition } } }";
  const release = (await cloud.graphql<Answer>(query, { appName: app })).app.currentReleaseUnprocessed;
  if (!release)
    throw new CommandError(
      `app ${app} has no releases. Run 'fly deploy' to create one and rerun this command`,
    );
  return {
    config: configOf(`the config of ${app}`, table(release.configDefinition)),
    image: release.imageRef,
  };
}
