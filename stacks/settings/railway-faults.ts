import type { EnvironmentKind } from "../environments.ts";
import type { Settings } from "./schema.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What Railway's settings lack, and the tokens that they need: one line each with the command that fixes it.
 *
 * @param isPreview whether nothing is deployed: the token by which Railway pulls images is then not needed.
 */
export function railwayFaults(
  stack: string,
  { pullRequest }: EnvironmentKind,
  { railway, workers = {} }: Pick<Settings, "railway" | "workers">,
  environment: Environment,
  isPreview = false,
): readonly string[] {
  const set = (path: string, value: string): string =>
    `pulumi config set --stack ${stack} --path rollout:${path} ${value}`;
  const onRailway = Object.keys(workers).filter((name) => workers[name]?.host === "railway");
  if (railway === undefined)
    return onRailway.map(
      (name) =>
        `rollout:workers.${name}.host is railway, and rollout:railway is missing: project, environment and services (docs/railway.md). ` +
        `To run it on Fly.io: ${set(`workers.${name}.host`, "fly")}`,
    );
  return [
    ...(pullRequest === undefined
      ? []
      : [
          `rollout:railway is not for environments of pull requests. ${stack} is made by: bin/rollout preview-env up ${String(pullRequest)}`,
        ]),
    ...onRailway
      .filter((name) => railway.services[name] === undefined)
      .map(
        (name) =>
          `rollout:railway.services.${name} is missing: the name of its service. ${set(`railway.services.${name}`, "NAME")}`,
      ),
    ...(environment["RAILWAY_API_TOKEN"] || environment["RAILWAY_TOKEN"]
      ? []
      : [
          "no token for railway: set RAILWAY_API_TOKEN (create one of the workspace at railway.com/account/tokens)",
        ]),
    ...(onRailway.length === 0 || isPreview || environment["FLY_REGISTRY_TOKEN"]
      ? []
      : [
          "no token for Railway to pull the workers' image: set FLY_REGISTRY_TOKEN (fly tokens create deploy --app IMAGE-APP)",
        ]),
  ];
}
