import pg from "pg";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { strayRights } from "../../infra/neon/application-rights.ts";
import type { Login } from "../../infra/neon/login.ts";
import { newLogin } from "../../infra/neon/login.ts";
import type { RetireLimits } from "../../infra/neon/retire-logins.ts";
import { otherLogins, retireLogins } from "../../infra/neon/retire-logins.ts";
import { query } from "../app/postgres.ts";
import type { ApplicationDatabase } from "./application-database.ts";
import { session, useApplicationDatabase } from "./application-database.ts";

/** Logins of the application's role: the new one and the one before are valid together, until the one before is retired. */
const databases = useApplicationDatabase();
const soon: RetireLimits = { quietMilliseconds: 50, limitMilliseconds: 30_000 };
let database: ApplicationDatabase;

beforeEach(async () => {
  database = databases.of();
  await database.grant();
  await database.migrate();
});

/** As the rollout of a rotation makes one. */
async function another(): Promise<Login> {
  const login = newLogin(database.rights.role);
  await database.grant(login.password, login.name);
  return login;
}

/** Whether the owner has joined the application's role. */
async function isMember(): Promise<boolean> {
  const { owner, role } = database.rights;
  const [row] = await query<{ is: boolean }>(database.owner, "SELECT pg_has_role($1, $2, 'USAGE') AS is", [
    owner,
    role,
  ]);
  return row?.is ?? false;
}

const addressOf = ({ name, password }: Login): string => database.by(name, password);
const retire = (login: string, limits = soon): Promise<readonly string[]> =>
  database.asOwner((client) => retireLogins(client, { role: database.rights.role, login }, limits));
const others = (login: string): Promise<readonly string[]> =>
  database.asOwner((client) => otherLogins(client, { role: database.rights.role, login }));

const write =
  "INSERT INTO plans (id, job_id, topic, skill_level) SELECT gen_random_uuid(), gen_random_uuid(), 'Tea', 'beginner'";
const refused = /password authentication failed|is not permitted to log in/;

/** A session of an application that stays open. */
async function open(address: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: address });
  client.on("error", () => undefined);
  await client.connect();
  onTestFinished(() => client.end().catch(() => undefined));
  return client;
}

describe("a rotation of the application's login", () => {
  it("leaves the login before valid until it is retired, and then refuses it", async () => {
    const [first, second] = [database.application, await another()];
    for (const address of [first, addressOf(second)])
      await expect(query(address, "SELECT count(*) FROM plans")).resolves.toHaveLength(1);
    expect(await others(second.name)).toEqual([database.rights.role]);
    expect(await retire(second.name)).toEqual([]);
    await expect(query(first, "SELECT 1")).rejects.toThrow(refused);
    await expect(query(addressOf(second), "SELECT count(*) FROM plans")).resolves.toHaveLength(1);
    expect(await others(second.name)).toEqual([]);
  });

  it("gives the new login the same rights and limits, and nothing more", async () => {
    const second = await another();
    const stray = () => session(addressOf(second), (client) => strayRights(client, database.rights, []));
    expect(await stray()).toEqual([]);
    await query(addressOf(second), `${write} WHERE false`);
    await expect(query(addressOf(second), "DROP TABLE plans")).rejects.toThrow("must be owner");
    await query(database.owner, "CREATE TABLE later (word text)");
    await query(addressOf(second), "INSERT INTO later VALUES ('here')");
    await query(database.owner, `GRANT CREATE ON SCHEMA public TO ${database.rights.role}`);
    expect(await stray()).toEqual(["it can create in the schema public"]);
  });

  it("drops the logins between the first and the newest, and keeps the role for the next", async () => {
    const second = await another();
    await retire(second.name);
    const third = await another();
    await retire(third.name);
    const roles = await query<{ name: string; logs: boolean }>(
      database.owner,
      "SELECT rolname AS name, rolcanlogin AS logs FROM pg_roles WHERE starts_with(rolname, $1) ORDER BY rolname",
      [database.rights.role],
    );
    expect(roles).toEqual([
      { name: database.rights.role, logs: false },
      { name: third.name, logs: true },
    ]);
    await expect(query(addressOf(second), "SELECT 1")).rejects.toThrow(refused);
    await expect(query(addressOf(third), "SELECT count(*) FROM plans")).resolves.toHaveLength(1);
  });

  it("that was interrupted, twice, takes no password from what runs, and leaves no login behind", async () => {
    const [running, lost, second] = [database.application, await another(), await another()];
    for (const address of [running, addressOf(second)])
      await expect(query(address, "SELECT 1")).resolves.toHaveLength(1);
    // Killed behind the statement that lets nobody log in, before the sessions are ended.
    const left = await open(addressOf(lost));
    await query(database.owner, `ALTER ROLE ${lost.name} NOLOGIN`);
    expect(await others(second.name)).toEqual([database.rights.role, lost.name].sort());
    await retire(second.name);
    expect(await others(second.name)).toEqual([]);
    await expect(left.query("SELECT 1")).rejects.toThrow();
    await expect(query(addressOf(second), "SELECT 1")).resolves.toHaveLength(1);
  });

  it("ends the sessions of the login before, once nothing was asked by them for a while", async () => {
    const [idle, working] = [await open(database.application), await open(database.application)];
    const second = await another();
    await working.query("BEGIN");
    await working.query(`${write} WHERE false`);
    const retiring = retire(second.name);
    // It has joined the role, to see what its sessions do, and waits for them.
    await vi.waitFor(async () => expect(await isMember()).toBe(true), 30_000);
    await expect(query(database.application, "SELECT 1")).resolves.toHaveLength(1);
    await working.query("COMMIT");
    expect(await retiring).toEqual([]);
    for (const client of [idle, working]) await expect(client.query("SELECT 1")).rejects.toThrow();
  });

  it("waits no longer than its limit for who goes on, and names that login", async () => {
    const working = await open(database.application);
    const second = await another();
    await working.query("BEGIN");
    expect(await retire(second.name, { quietMilliseconds: 50, limitMilliseconds: 100 })).toEqual([
      database.rights.role,
    ]);
    await expect(working.query("COMMIT")).rejects.toThrow();
  });

  it("leaves alone a role of a person who was given the application's rights", async () => {
    const person = `reader_${String(database.number)}`;
    await query(database.owner, `CREATE ROLE ${person} LOGIN PASSWORD 'of a person'`);
    await query(database.owner, `GRANT ${database.rights.role} TO ${person}`);
    await retire((await another()).name);
    await expect(
      query(database.by(person, "of a person"), "SELECT count(*) FROM plans"),
    ).resolves.toHaveLength(1);
    await query(database.administrator, `DROP ROLE ${person}`);
  });

  it("has room for the name of a login, however long the role's is", () => {
    expect(newLogin("a".repeat(63)).name).toMatch(/^a{54}_[0-9a-f]{8}$/);
  });
});
