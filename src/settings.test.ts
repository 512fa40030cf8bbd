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
    [far, "must say ?sslmode=require, since its host is not this machine"],
    [`${far}?sslmode=prefer`, "must say ?sslmode=require, since its host is not this machine"],
    ["https://db.example.com/atlaris", "must be a PostgreSQL address"],
    ["db.example.com", "must be a PostgreSQL address"],
    ["", "DATABASE_URL is not set"],
  ])("is refused as %j, without being told", (address, reason) => {
    const read = (): unknown => migrateSettings({ DATABASE_URL: address });
    expect(read).toThrow(reason);
    expect(read).not.toThrow(/s3cret/);
  });
});

it("tells all that is wrong with the environment at once", () => {
  expect(() => webSettings({ DATABASE_URL: far, API_KEYS: "short" })).toThrow(
    /DATABASE_URL must say .*; API_KEYS must be one or more keys/,
  );
  expect(() => workerSettings({ PORT: "many" })).toThrow(
    /DATABASE_URL is not set; OPENAI_API_KEY is not set; PORT must be a number/,
  );
});
