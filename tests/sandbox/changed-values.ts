import { expect } from "vitest";
import type { ChangeOutOfBand, Places } from "./changes-out-of-band.ts";
import {
  at,
  githubEnvironment,
  overwriteGitHubSecret,
  regenerator,
  repository,
  rulesetOf,
  secretDigests,
  variableNamed,
  vercelOf,
  worker,
} from "./changes-out-of-band.ts";

interface VercelProject {
  readonly autoAssignCustomDomains: boolean;
  readonly nodeVersion: string;
  readonly gitProviderOptions: { readonly createDeployments: string };
}

const project = (places: Places): Promise<VercelProject> =>
  at(places, "vercel")<VercelProject>("GET", vercelOf(places));

/** Dates and digests from before, by which a value that cannot be read is known to be another or the same. */
const noted = new Map<string, unknown>();

/** Settings and secrets of Fly, Vercel and GitHub that were given another value. */
export const changedValues: readonly ChangeOutOfBand[] = [
  {
    what: "a secret of the worker has another value",
    shows: { "worker-secrets": "changedOutOfBand" },
    make: async (places) => {
      noted.set("model", (await secretDigests(places, worker))["OPENAI_MODEL"]);
      await at(places, "fly")("POST", `${worker}/secrets`, { values: { OPENAI_MODEL: "gpt-none" } });
    },
    fixed: async (places) => [(await secretDigests(places, worker))["OPENAI_MODEL"], noted.get("model")],
  },
  {
    what: "the worker has a secret more",
    shows: { "worker-secrets": "changedOutOfBand" },
    make: (places) => at(places, "fly")("POST", `${worker}/secrets`, { values: { STRANGER: "1" } }),
    fixed: async (places) => ["STRANGER" in (await secretDigests(places, worker)), false],
  },
  {
    what: "a secret of the regenerator is gone",
    shows: { "regenerator-secrets": "changedOutOfBand" },
    make: (places) => at(places, "fly")("POST", `${regenerator}/secrets`, { values: { OPENAI_MODEL: null } }),
    fixed: async (places) => ["OPENAI_MODEL" in (await secretDigests(places, regenerator)), true],
  },
  {
    what: "new production deployments take the domains automatically",
    shows: { "web-settings": "autoAssignCustomDomains" },
    make: (places) => at(places, "vercel")("PATCH", vercelOf(places), { autoAssignCustomDomains: true }),
    fixed: async (places) => [(await project(places)).autoAssignCustomDomains, false],
  },
  {
    what: "pushes make deployments",
    shows: { "web-settings": "gitDeployments" },
    make: (places) =>
      at(places, "vercel")("PATCH", vercelOf(places), {
        gitProviderOptions: { createDeployments: "enabled" },
      }),
    fixed: async (places) => [(await project(places)).gitProviderOptions.createDeployments, "disabled"],
  },
  {
    what: "the project has another Node",
    shows: { "web-settings": "nodeVersion" },
    make: (places) => at(places, "vercel")("PATCH", vercelOf(places), { nodeVersion: "20.x" }),
    fixed: async (places) => [(await project(places)).nodeVersion, "22.x"],
  },
  {
    what: "a variable has another value",
    shows: { "web-API_KEYS": "changedOutOfBand" },
    make: async (places) => {
      const { id = "" } = (await variableNamed(places, "API_KEYS")) ?? {};
      await at(places, "vercel")("PATCH", vercelOf(places, `/env/${id}`), { value: "mine" });
      noted.set("variable", (await variableNamed(places, "API_KEYS"))?.updatedAt);
    },
    fixed: async (places) => {
      const { updatedAt = 0 } = (await variableNamed(places, "API_KEYS")) ?? {};
      return [updatedAt > Number(noted.get("variable")), true];
    },
  },
  {
    what: "a variable is gone",
    shows: { "web-DATABASE_URL": "gone" },
    make: async (places) => {
      const { id = "" } = (await variableNamed(places, "DATABASE_URL")) ?? {};
      await at(places, "vercel")("DELETE", vercelOf(places, `/env/${id}`));
    },
    fixed: async (places) => [(await variableNamed(places, "DATABASE_URL"))?.target, ["preview"]],
  },
  {
    what: "a secret of the workflows has another value",
    shows: { "repository-secrets-VERCEL_ORG_ID": "changedOutOfBand" },
    make: async (places) => {
      await overwriteGitHubSecret(places, "VERCEL_ORG_ID", "team_other");
      noted.set("secret", await dateOf(places, `${repository}/actions/secrets/VERCEL_ORG_ID`));
    },
    fixed: async (places) => {
      const date = await dateOf(places, `${repository}/actions/secrets/VERCEL_ORG_ID`);
      return [date > String(noted.get("secret")), true];
    },
  },
  {
    what: "a secret of the GitHub environment is gone",
    shows: { "github-environment-SMOKE_TEST_API_KEY": "gone" },
    make: (places) => at(places, "github")("DELETE", `${githubEnvironment}/secrets/SMOKE_TEST_API_KEY`),
    fixed: async (places) => [
      await dateOf(places, `${githubEnvironment}/secrets/SMOKE_TEST_API_KEY`),
      expect.any(String),
    ],
  },
  {
    what: "jobs of the GitHub environment wait for half an hour",
    shows: { "github-environment": "waitTimer" },
    make: (places) =>
      at(places, "github")("PUT", githubEnvironment, {
        wait_timer: 30,
        deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
      }),
    fixed: async (places) => {
      const { protection_rules: rules } = await at(places, "github")<{
        protection_rules: { type: string; wait_timer?: number }[];
      }>("GET", githubEnvironment);
      return [rules.filter(({ wait_timer: wait }) => (wait ?? 0) > 0), []];
    },
  },
  {
    what: "no branch may deploy to the GitHub environment",
    shows: { "github-environment-branch-main": "gone" },
    make: async (places) => {
      for (const { id } of await policies(places))
        await at(places, "github")("DELETE", `${githubEnvironment}/deployment-branch-policies/${String(id)}`);
    },
    fixed: async (places) => [(await policies(places)).map(({ name }) => name), ["main"]],
  },
  {
    what: "the rules of the branch main are off, and some users may pass those of prod and delete it",
    shows: { "branch-rules-main": "changedOutOfBand", "branch-rules-prod": "changedOutOfBand" },
    make: async (places) => {
      const github = at(places, "github");
      await github("PUT", await rulesetOf(places, "main"), { enforcement: "disabled" });
      const prod = await rulesetOf(places, "prod");
      const { rules } = await github<{ rules: { type: string }[] }>("GET", prod);
      await github("PUT", prod, {
        rules: rules.filter(({ type }) => type !== "deletion"),
        bypass_actors: [{ actor_id: 5, actor_type: "RepositoryRole", bypass_mode: "always" }],
      });
    },
    fixed: async (places) => {
      const github = at(places, "github");
      const { enforcement } = await github<{ enforcement: string }>("GET", await rulesetOf(places, "main"));
      const prod = await github<{ rules: { type: string }[]; bypass_actors: unknown[] }>(
        "GET",
        await rulesetOf(places, "prod"),
      );
      return [
        [enforcement, prod.rules.map(({ type }) => type).sort(), prod.bypass_actors],
        ["active", ["deletion", "non_fast_forward", "pull_request", "required_status_checks"], []],
      ];
    },
  },
];

async function dateOf(places: Places, secret: string): Promise<string> {
  return (await at(places, "github")<{ updated_at: string }>("GET", secret)).updated_at;
}

async function policies(places: Places): Promise<readonly { readonly id: number; readonly name: string }[]> {
  const { branch_policies: found } = await at(places, "github")<{
    branch_policies: { id: number; name: string }[];
  }>("GET", `${githubEnvironment}/deployment-branch-policies`);
  return found;
}
