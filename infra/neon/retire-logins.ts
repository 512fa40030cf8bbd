import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { say } from "../shared/say.ts";
import { dropRole } from "./application-rights.ts";
import { withControlPlane } from "./control-plane.ts";
import { loginPrefix, newPassword } from "./login.ts";

/** The role that holds the application's rights, and the login of it that stays. */
export interface CurrentLogin {
  readonly role: string;
  readonly login: string;
}

export interface RetireLimits {
  /** Nothing asked by a login for so long: nobody works with it any more. */
  readonly quietMilliseconds: number;
  /** After this long it is retired anyway: the server ends no statement and no transaction later (application-rights.ts). */
  readonly limitMilliseconds: number;
}

const retireLimits: RetireLimits = { quietMilliseconds: 5_000, limitMilliseconds: 65_000 };

/** The other logins of the role that exist, or can still log in: of rotations before, and of an interrupted one. */
export async function otherLogins(client: Client, { role, login }: CurrentLogin): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles
      WHERE rolname <> $2
        AND (rolname = $1 AND rolcanlogin
             OR starts_with(rolname, $3) AND substr(rolname, length($3) + 1) ~ '^[0-9a-f]{8}$'
                AND EXISTS (SELECT FROM pg_auth_members
                             WHERE member = pg_roles.oid AND pg_get_userbyid(roleid) = $1))
      ORDER BY 1`,
    [role, login, loginPrefix(role)],
  );
  return rows.map(({ name }) => name);
}

/**
 * Ends every login of the role but the one: waits until nobody works with them, lets none log in, ends their sessions and drops
 * them. The role itself stays, without a login. Run again, it finishes what was interrupted. The connection is the owner's.
 *
 * @returns the logins in whose sessions something was still asked at the limit.
 */
export async function retireLogins(
  client: Client,
  current: CurrentLogin,
  limits: RetireLimits = retireLimits,
): Promise<readonly string[]> {
  const { role, login } = current;
  const others = await otherLogins(client, current);
  // Its sessions may be left of a run that was interrupted behind the statement.
  const ended = [...new Set([...others, ...(login === role ? [] : [role])])];
  if (ended.length === 0) return [];
  const quoted = (name: string): string => client.escapeIdentifier(name);
  // Who is no member of a role sees neither what its sessions do nor may end them.
  for (const name of ended) await client.query(`GRANT ${quoted(name)} TO CURRENT_USER`);
  const busy = await waitUntilQuiet(client, ended, limits);
  await withControlPlane(client, async () => {
    await client.query("BEGIN");
    for (const name of others)
      await client.query(
        // Neon's control plane refuses a role without a password, and is not asked where there is none in the statement.
        `ALTER ROLE ${quoted(name)} NOLOGIN${name === role ? ` PASSWORD ${client.escapeLiteral(newPassword())}` : ""}`,
      );
    await client.query("COMMIT");
  });
  await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY($1)", [
    ended,
  ]);
  for (const name of ended) {
    await client.query(`REVOKE ${quoted(name)} FROM CURRENT_USER`);
    if (name !== role) await withControlPlane(client, () => dropRole(client, name));
  }
  return busy;
}

/** The logins that something was asked by within the last moments, once there is none or the time is over. */
async function waitUntilQuiet(
  client: Client,
  logins: readonly string[],
  { quietMilliseconds, limitMilliseconds }: RetireLimits,
): Promise<readonly string[]> {
  const deadline = performance.now() + limitMilliseconds;
  for (;;) {
    const { rows } = await client.query<{ name: string }>(
      `SELECT DISTINCT usename AS name FROM pg_stat_activity
        WHERE usename = ANY($1) AND (state <> 'idle' OR state_change > clock_timestamp() - $2 * interval '1 millisecond')
        ORDER BY 1`,
      [logins, quietMilliseconds],
    );
    const busy = rows.map(({ name }) => name);
    if (busy.length === 0 || performance.now() >= deadline) return busy;
    say(`waiting until nobody works with the login ${busy.join(", ")} any more`);
    await sleep(Math.min(500, quietMilliseconds));
  }
}
