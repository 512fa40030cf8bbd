import { expect } from "vitest";
import { query } from "../../sandbox/cloud/postgres/test-query.ts";
import type { ChangeOutOfBand, Places } from "./changes-out-of-band.ts";
import {
  at,
  branchOf,
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

interface NeonBranch {
  readonly name: string;
  readonly protected: boolean;
  readonly expires_at?: string;
}

const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");

async function branch(places: Places): Promise<NeonBranch> {
  return (await at(places, "neon")<{ branch: NeonBranch }>("GET", branchOf(places))).branch;
}

interface NeonEndpoint {
  readonly id: string;
  readonly type: string;
  readonly autoscaling_limit_max_cu: number;
  readonly suspend_timeout_seconds: number;
}

async function endpoint(places: Places): Promise<NeonEndpoint> {
  const { endpoints } = await at(places, "neon")<{ endpoints: NeonEndpoint[] }>(
    "GET",
    `${branchOf(places)}/endpoints`,
  );
  const [found] = endpoints;
  if (!found) throw new Error("the branch has no compute");
  return found;
}

interface VercelProject {
  readonly autoAssignCustomDomains: boolean;
  readonly nodeVersion: string;
  readonly gitProviderOptions: { readonly createDeployments: string };
}

const project = (places: Places): Promise<VercelProject> =>
  at(places, "vercel")<VercelProject>("GET", vercelOf(places));

/** One statement in the environment's database, as the role that owns it. */
async function bySql(places: Places, statement: string): Promise<readonly unknown[]> {
  const role = "database_name=atlaris&role_name=atlaris_staging";
  const { uri } = await at(places, "neon")<{ uri: string }>(
    "GET",
    `/api/v2/projects/${places.neonProject}/connection_uri?branch_id=${places.neonBranch}&${role}`,
  );
  return query(uri, statement);
}

/** Dates and digests from before, by which a value that nobody can read is known to be another or the same. */
const noted = new Map<string, unknown>();

/** Settings and secrets that were given another value. */
export const changedValues: readonly ChangeOutOfBand[] = [
  {
    what: "the Neon project keeps a shorter history",
    shows: { "database-project": "historyRetentionSeconds" },
    make: (places) =>
      at(places, "neon")("PATCH", `/api/v2/projects/${places.neonProject}`, {
        project: { history_retention_seconds: 3600 },
      }),
    fixed: async (places) => {
      const { project: seen } = await at(places, "neon")<{ project: { history_retention_seconds: number } }>(
        "GET",
        `/api/v2/projects/${places.neonProject}`,
      );
      return [seen.history_retention_seconds, 86_400];
    },
  },
  {
    what: "the branch has another name",
    shows: { "database-branch": "name" },
    make: (places) => at(places, "neon")("PATCH", branchOf(places), { branch: { name: "stage" } }),
    fixed: async (places) => [(await branch(places)).name, "staging"],
  },
  {
    what: "the branch expires in a week, and its backup is gone, which is no change",
    shows: { "database-branch": "expiresAt" },
    make: async (places) => {
      // Neon lets no branch expire that has children.
      await removeBackups(places);
      await at(places, "neon")("PATCH", branchOf(places), { branch: { expires_at: inAWeek } });
    },
    fixed: async (places) => [(await branch(places)).expires_at, undefined],
  },
  {
    what: "the compute grows further, and stops later",
    shows: { "database-endpoint": "maxUnits" },
    make: async (places) =>
      at(places, "neon")(
        "PATCH",
        `/api/v2/projects/${places.neonProject}/endpoints/${(await endpoint(places)).id}`,
        { endpoint: { autoscaling_limit_max_cu: 2, suspend_timeout_seconds: 3600 } },
      ),
    fixed: async (places) => {
      const { autoscaling_limit_max_cu: most, suspend_timeout_seconds: idle } = await endpoint(places);
      return [
        [most, idle],
        [1, 0],
      ];
    },
  },
  {
    what: "the role has another password",
    shows: { "database-role": "changedOutOfBand" },
    make: async (places) => {
      const role = `${branchOf(places)}/roles/atlaris_staging`;
      await at(places, "neon")("POST", `${role}/reset_password`);
      const { password } = await at(places, "neon")<{ password: string }>("GET", `${role}/reveal_password`);
      noted.set("password", password);
    },
    fixed: async (places) => {
      const role = `${branchOf(places)}/roles/atlaris_staging`;
      const { password } = await at(places, "neon")<{ password: string }>("GET", `${role}/reveal_password`);
      return [password === noted.get("password"), false];
    },
  },
  {
    what: "the application's role has another password, joined a group and may create tables",
    shows: { "database-application-role": "changedOutOfBand" },
    make: async (places) => {
      await bySql(places, "ALTER ROLE atlaris_staging_app PASSWORD 'which nobody was reported'");
      await bySql(places, "GRANT pg_monitor TO atlaris_staging_app");
      await bySql(places, "GRANT CREATE ON SCHEMA public TO atlaris_staging_app");
    },
    fixed: async (places) => {
      const [role] = await bySql(
        places,
        `SELECT has_schema_privilege(oid, 'public', 'CREATE') AS creates,
                EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid) AS joined
           FROM pg_roles WHERE rolname = 'atlaris_staging_app'`,
      );
      return [role, { creates: false, joined: false }];
    },
  },
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
    what: "the rules of the branch main are off, and somebody may pass those of prod and delete it",
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

async function removeBackups(places: Places): Promise<void> {
  const all = `/api/v2/projects/${places.neonProject}/branches`;
  const { branches } = await at(places, "neon")<{ branches: { id: string; parent_id?: string }[] }>(
    "GET",
    all,
  );
  for (const { id } of branches.filter((each) => each.parent_id === places.neonBranch))
    await at(places, "neon")("DELETE", `${all}/${id}`);
}
