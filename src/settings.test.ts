import { describe, expect, it } from "vitest";
import { migrateSettings, webSettings, workerSettings } from "./settings.ts";

const far = "postgresql://user:s3cret-of-theirs@db.example.com/atlaris";

describe("the address of a database", () => {
  it.each([
    "postgresql://user:password@127.0.0.1:5432/atlaris",
    "postgres://user:password@localhost/atlaris",
    "postgresql://user:password@[::1]/atlaris",
    `${far}?sslmode=verify-full`,
  ])("is taken as it is: %s", (address) => {
    expect(migrateSettings({ DATABASE_URL: address }).databaseUrl).toBe(address);
  });

  it("has the server's certificate checked when it asks for TLS", () => {
    expect(migrateSettings({ DATABASE_URL: `${far}?sslmode=require` }).databaseUrl).toBe(
      `${far}?sslmode=verify-full`,
    );
  });

  it.each([
    [far, "must have ?sslmode=require, since its host is not this machine"],
    [`${far}?sslmode=prefer`, "must have ?sslmode=require, since its host is not this machine"],
    ["https://db.example.com/atlaris", "must be a PostgreSQL address"],
    ["db.example.com", "must be a PostgreSQL address"],
    ["", "DATABASE_URL is not set"],
  ])("is refused as %j, without being printed", (address, reason) => {
    const read = (): unknown => migrateSettings({ DATABASE_URL: address });
    expect(read).toThrow(reason);
    expect(read).not.toThrow(/s3cret/);
  });
});

it("lists all that is wrong with the environment at once", () => {
  expect(() => webSettings({ DATABASE_URL: far, API_KEYS: "short" })).toThrow(
    /DATABASE_URL must have .*; API_KEYS must be one or more keys/,
  );
  expect(() => workerSettings({ PORT: "many" })).toThrow(
    /DATABASE_URL is not set; OPENAI_API_KEY is not set; PORT must be a number/,
  );
});

describe("the feature flags", () => {
  const web = { DATABASE_URL: "postgresql://user@localhost/atlaris", API_KEYS: "a-key-of-the-tests" };
  const worker = { DATABASE_URL: web.DATABASE_URL, OPENAI_API_KEY: "key" };

  it.each([undefined, "", "{}"])("have their defaults where the variable is %j", (FEATURE_FLAGS) => {
    expect(webSettings({ ...web, FEATURE_FLAGS }).flags).toEqual({ regeneration: true });
    expect(workerSettings({ ...worker, FEATURE_FLAGS }).flags).toEqual({ maxModules: 6, jobConcurrency: 4 });
  });

  it("are those that are given, and the defaults of the others", () => {
    expect(webSettings({ ...web, FEATURE_FLAGS: '{"regeneration":false}' }).flags.regeneration).toBe(false);
    const { flags } = workerSettings({ ...worker, FEATURE_FLAGS: '{"jobConcurrency":1}' });
    expect(flags).toEqual({ maxModules: 6, jobConcurrency: 1 });
  });

  it.each([
    ['{"regenration":false}', "FEATURE_FLAGS has regenration, which is no flag here; there is: regeneration"],
    ['{"regeneration":"no"}', "has regeneration, which is invalid: must be true or false"],
    ["regeneration", 'FEATURE_FLAGS must be a JSON object, such as {"regeneration":true}'],
    ["[]", "FEATURE_FLAGS must be a JSON object"],
  ])("are refused as %s", (FEATURE_FLAGS, message) => {
    expect(() => webSettings({ ...web, FEATURE_FLAGS })).toThrow(message);
  });

  it("are refused where a number is out of its range, and where they are the other service's", () => {
    const FEATURE_FLAGS = '{"jobConcurrency":0,"regeneration":true}';
    expect(() => workerSettings({ ...worker, FEATURE_FLAGS })).toThrow(
      /has jobConcurrency, which is invalid: .*FEATURE_FLAGS has regeneration, which is no flag here/,
    );
  });
});
