import type * as pulumi from "@pulumi/pulumi";
import type { StackNames } from "@rollout/infra/rollout/ownership/stack-names";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { imageAppOf } from "./composition.ts";
import type { EnvironmentKind } from "../environments.ts";
import { environments } from "../environments.ts";
import type { Settings } from "../settings/schema.ts";
import { workersOf } from "../settings/workers.ts";

/** What the program gives a value to, beyond the plain variables of a release. */
const given = {
  web: ["DATABASE_URL", "API_KEYS"],
  workers: ["DATABASE_URL"],
  tokens: ["FLY_API_TOKEN", "VERCEL_TOKEN"],
  repository: ["VERCEL_ORG_ID", "VERCEL_PROJECT_ID"],
  environment: ["SMOKE_TEST_API_KEY"],
} as const;

/** Values for exactly these names: the type by which the program cannot give one that is not listed here. */
export type Given<Receiver extends keyof typeof given> = Readonly<
  Record<(typeof given)[Receiver][number], pulumi.Input<string>>
>;

/**
 * The names under which a stack keeps what outlasts a rollout; none for the environment of a pull request, whose names
 * the program alone uses and deletes by.
 */
export function namesInClouds(
  kind: EnvironmentKind,
  settings: Settings,
  { variables }: Pick<Composition, "variables">,
): StackNames | undefined {
  const { neon, fly, railway, vercel, github } = settings;
  const known = Object.entries(environments);
  const [stack] = known.find(([, { environment }]) => environment === kind.environment) ?? [];
  if (kind.databaseSecret === undefined || stack === undefined) return undefined;
  const imageApp = imageAppOf(settings);
  const workers = workersOf(settings);
  const areOfEnvironment = github.tokenSecrets === "environment";
  return {
    stack,
    neon: {
      ...(neon.organizationId === undefined ? {} : { organizationId: neon.organizationId }),
      project: neon.project,
      branch: neon.branch,
      database: neon.database,
      roles: [neon.role, neon.applicationRole ?? `${neon.role}_app`],
    },
    fly: {
      apps: workers.map(({ app }) => app),
      secrets: [...given.workers, ...Object.keys(variables.workers), ...fly.secrets].sort(),
      ...(kind.makesShared && imageApp !== workers[0].app ? { imageApp } : {}),
    },
    ...(railway
      ? {
          railway: {
            ...{ project: railway.project, environment: railway.environment },
            services: workers.flatMap(({ service }) => service ?? []),
          },
        }
      : {}),
    vercel: {
      team: vercel.team,
      project: vercel.project,
      target: kind.target,
      variables: [...given.web, ...Object.keys(variables.web), ...(vercel.secrets ?? [])].sort(),
      domain: vercel.domain,
    },
    github: {
      environment: kind.environment,
      environmentSecrets: [
        kind.databaseSecret,
        ...given.environment,
        ...(areOfEnvironment ? given.tokens : []),
      ],
      secrets: kind.makesShared ? [...(areOfEnvironment ? [] : given.tokens), ...given.repository] : [],
      rulesets: kind.makesShared ? [...github.branchRules.branches] : [],
    },
    makesShared: kind.makesShared,
    otherEnvironments: known.flatMap(([, { environment }]) =>
      environment === kind.environment ? [] : [environment],
    ),
  };
}
