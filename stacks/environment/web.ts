import type * as pulumi from "@pulumi/pulumi";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import type { RecordedDeployment } from "@rollout/infra/vercel/file-digests";
import { Deployment, Live } from "@rollout/infra/vercel/resources";
import { WebProject } from "@rollout/infra/vercel/web-project";
import type { EnvironmentKind } from "../environments.ts";
import type { Given } from "../release/names-in-clouds.ts";
import { nearestVercelRegion } from "../settings/regions.ts";
import type { DeclaredApplication } from "../settings/application.ts";
import { webBuild } from "../settings/application-commands.ts";
import { withFixed } from "../settings/own-variables.ts";
import type { Settings } from "../settings/schema.ts";
import { ownsProject } from "./owns-project.ts";

export interface WebArgs {
  readonly application: Pick<DeclaredApplication, "web">;
  readonly kind: EnvironmentKind;
  readonly settings: Settings;
  /** What is to run. */
  readonly composition: Composition;
  /** What the checkout is: all that can be built here. */
  readonly own: Composition;
  /** Deployments of its web that the record names, newest first. */
  readonly recorded: readonly RecordedDeployment[];
  /** Id of the Vercel project, where it is there already. */
  readonly projectId: string | undefined;
  /** What the program gives the web, beyond the variables of its release. */
  readonly given: Given<"web">;
  /** Its further secrets, by name. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
}

export interface Web {
  readonly project: WebProject;
  /** Built, and not live yet. */
  readonly deployment: Deployment;
}

/** The web's project, its variables and the release's deployment. */
export function declareWeb(args: WebArgs): Web {
  const { application, kind, settings, composition, own, recorded, projectId, given, secrets } = args;
  const { environment, target } = kind;
  const project = new WebProject("web", {
    ...settings.vercel,
    existingProjectId: projectId,
    target,
    ...(settings.vercel.gitBranch === undefined ? {} : { preview: environment }),
    makesProject: ownsProject(kind, settings, "vercel"),
    variables: withFixed<pulumi.Input<string>>({ ...composition.variables.web, ...secrets }, given),
  });
  const buildVariables = composition.variables.web;
  const deployment = new Deployment(
    "web-deployment",
    {
      projectId: project.projectId,
      projectName: settings.vercel.project,
      team: settings.vercel.team,
      target,
      region: settings.vercel.region ?? nearestVercelRegion[settings.neon.region],
      build: webBuild(application),
      sourceDigest: composition.web.source,
      ...(composition.web.source === own.web.source ? {} : { builtOf: composition.web.commit }),
      variablesDigest: project.variablesDigest,
      ...(Object.keys(buildVariables).length === 0 ? {} : { buildVariables }),
      ...(project.deploymentVariables === undefined
        ? {}
        : { environment, variables: project.deploymentVariables }),
      ...(recorded.length === 0 ? {} : { recorded }),
      ...onOtherFiles(settings),
      waitSeconds: settings.vercel.waitSeconds,
    },
    { dependsOn: [...project.ready] },
  );
  return { project, deployment };
}

/** Points the public host at the deployment, once everything in `after` is done. */
export function declareLive(
  { project, deployment }: Web,
  args: Pick<WebArgs, "application" | "kind" | "settings" | "composition">,
  after: pulumi.Resource[],
): Live {
  const { application, kind, settings, composition } = args;
  const { target } = kind;
  return new Live(
    "web-live",
    {
      team: settings.vercel.team,
      domain: settings.vercel.domain,
      ...(target === "production" ? { promoteIn: project.projectId } : {}),
      deploymentId: deployment.deploymentId,
      files: deployment.files,
      ...onOtherFiles(settings),
      healthPath: application.web.healthPath,
      sourceDigest: composition.web.source,
      protectionBypass: project.protectionBypass,
      // Standard protection leaves the project's own production domain open.
      ...(settings.vercel.deploymentProtection === "standard_protection_new"
        ? { onLogin: target === "production" ? ("fail" as const) : ("warn" as const) }
        : {}),
      waitSeconds: settings.vercel.waitSeconds,
    },
    { dependsOn: after },
  );
}

function onOtherFiles({ vercel: { onOtherFiles: wanted } }: Settings) {
  return wanted === undefined ? {} : { onOtherFiles: wanted };
}
