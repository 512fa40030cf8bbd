import { query } from "../../sandbox/cloud/postgres/test-query.ts";
import type { ChangeOutOfBand, Places } from "./changes-out-of-band.ts";
import { at, branchOf } from "./changes-out-of-band.ts";

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

/** One statement in the environment's database, as the role that owns it. */
async function bySql(places: Places, statement: string): Promise<readonly unknown[]> {
  const role = "database_name=atlaris&role_name=atlaris_staging";
  const { uri } = await at(places, "neon")<{ uri: string }>(
    "GET",
    `/api/v2/projects/${places.neonProject}/connection_uri?branch_id=${places.neonBranch}&${role}`,
  );
  return query(uri, statement);
}

/** Passwords from before, by which a new one is known. */
const noted = new Map<string, unknown>();

/** Values of the Neon project, its branch, compute and roles that were changed. */
export const changedDatabase: readonly ChangeOutOfBand[] = [
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
      await bySql(places, "ALTER ROLE atlaris_staging_app PASSWORD 'that is not on record'");
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
    what: "a login of a rotation before is there again",
    shows: { "retired-logins": "changedOutOfBand" },
    make: async (places) => {
      await bySql(places, "CREATE ROLE atlaris_staging_app_0a1b2c3d LOGIN PASSWORD 'of before'");
      await bySql(places, "GRANT atlaris_staging_app TO atlaris_staging_app_0a1b2c3d");
    },
    fixed: async (places) => [
      await bySql(places, "SELECT rolname FROM pg_roles WHERE rolname = 'atlaris_staging_app_0a1b2c3d'"),
      [],
    ],
  },
];

async function removeBackups(places: Places): Promise<void> {
  const all = `/api/v2/projects/${places.neonProject}/branches`;
  const { branches } = await at(places, "neon")<{ branches: { id: string; parent_id?: string }[] }>(
    "GET",
    all,
  );
  for (const { id } of branches.filter((each) => each.parent_id === places.neonBranch))
    await at(places, "neon")("DELETE", `${all}/${id}`);
}
