import * as github from "@pulumi/github";
import * as pulumi from "@pulumi/pulumi";
import { adoptsKey } from "@rollout/infra/dynamic/adopts-key";
import { App, AppSecrets } from "@rollout/infra/fly/resources";
import { githubProvider } from "@rollout/infra/github/provider";
import { Ruleset, Secret } from "@rollout/infra/github/resources";
import {
  ApplicationRole,
  Branch,
  Connection,
  Database,
  Endpoint,
  ExistingProject,
  Project,
  Role,
} from "@rollout/infra/neon/resources";
import { Service } from "@rollout/infra/railway/resources";
import { ProjectSettings, Variable } from "@rollout/infra/vercel/resources";
import { ownProject } from "@rollout/infra/vercel/web-project";
import type { AdoptedPath, AdoptedResource } from "./adopted-resource.ts";

/** By the path of its provider, each kind of resource that can be of a thing which exists. */
const modules = {
  "neon/project": Project,
  "neon/existing-project": ExistingProject,
  "neon/branch": Branch,
  "neon/endpoint": Endpoint,
  "neon/role": Role,
  "neon/database": Database,
  "neon/connection": Connection,
  "neon/application-role": ApplicationRole,
  "fly/app": App,
  "fly/app-secrets": AppSecrets,
  "railway/service": Service,
  "vercel/project-settings": ProjectSettings,
  "vercel/variable": Variable,
  "github/secret": Secret,
  "github/ruleset": Ruleset,
} as const satisfies Readonly<Record<AdoptedPath, unknown>>;

/**
 * Declares resources for things that exist, under the names that the complete program has for them. The engine enters them
 * into the state; nothing is written to a cloud. What it lets go of stays.
 */
export function declareAdopted(resources: readonly AdoptedResource[], owner: string): void {
  const components = new Map<string, pulumi.ComponentResource>();
  const made = new Map<string, pulumi.Resource>();
  const parentOf = ({ component }: AdoptedResource): { readonly parent?: pulumi.ComponentResource } => {
    if (!component) return {};
    const parent =
      components.get(component.name) ?? new pulumi.ComponentResource(component.type, component.name);
    components.set(component.name, parent);
    return { parent };
  };
  const isOfGitHub = resources.some(({ kind }) => kind.startsWith("github"));
  const gitHubPlugin = isOfGitHub ? { provider: githubProvider("github", owner) } : {};
  for (const resource of resources) {
    const { kind, name, id, inputs } = resource;
    const opts = { ...parentOf(resource), retainOnDelete: true };
    const imported = { ...opts, ...gitHubPlugin, import: id };
    if (kind === "module") made.set(name, declareModule(resource, made, opts));
    else if (kind === "vercel project" && opts.parent)
      ownProject(
        { name: "web", project: String(inputs["name"]), team: String(inputs["team"]), existingProjectId: id },
        opts.parent,
      );
    else if (kind === "github environment")
      new github.RepositoryEnvironment(name, inputs as unknown as github.RepositoryEnvironmentArgs, {
        ...imported,
        // As they are; the next rollout sees how they differ from the settings.
        ignoreChanges: [
          ...["waitTimer", "reviewers", "preventSelfReview", "canAdminsBypass", "deploymentBranchPolicy"],
        ],
      });
    else
      new github.RepositoryEnvironmentDeploymentPolicy(
        name,
        inputs as unknown as github.RepositoryEnvironmentDeploymentPolicyArgs,
        imported,
      );
  }
}

function declareModule(
  { path, name, id, inputs }: AdoptedResource & { readonly kind: "module" },
  made: ReadonlyMap<string, pulumi.Resource>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const Resource = modules[path] as new (
    name: string,
    args: object,
    opts: pulumi.CustomResourceOptions,
  ) => pulumi.Resource;
  const role = made.get("database-role");
  const password = path === "neon/connection" && role instanceof Role ? { password: role.password } : {};
  return new Resource(name, { ...inputs, ...password, [adoptsKey]: id }, opts);
}
