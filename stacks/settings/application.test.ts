import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Application } from "./application.ts";
import { defineApplication } from "./application.ts";
import { shop } from "./test-application.ts";

const worker = { description: "App that works.", sources: ["worker"] };
const good = {
  web: { build: "npm run build", output: "site/out", healthPath: "/health", sources: ["site"] },
  workers: { a: worker, "b-2": worker, c: worker },
  database: {
    schemas: { public: "write" },
    migrations: "sql",
    migrate: "npm run migrate",
    applied: { table: "public.applied", query: "SELECT name FROM public.applied" },
  },
  smokeTest: "npm run smoke",
} satisfies Application;

/** What is wrong with a declaration that a type would refuse. */
function faultsOf(declaration: unknown): string {
  try {
    defineApplication(declaration as Application);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("the declaration of an application", () => {
  it("takes any number of workers, and nothing of AI, a queue or variables", () => {
    expect(defineApplication(good)).toBe(good);
    expect(shop.variables).toBeDefined();
  });

  it("gives the variables the settings of its own groups, typed", () => {
    const { variables } = defineApplication({
      ...good,
      settings: { mail: z.strictObject({ from: z.string() }) },
      variables: ({ mail }) => ({ workers: { MAIL_FROM: mail.from } }),
    });
    expect(variables?.({ mail: { from: "a@shop.example" } } as never)).toEqual({
      workers: { MAIL_FROM: "a@shop.example" },
    });
  });

  it("names all faults at once, each with its place and what was expected", () => {
    const faults = faultsOf({
      ...good,
      web: { build: " ", healthPath: "health", output: "../out", port: 3000 },
      workers: { web: worker, "B C": worker, good: worker },
      secrets: { "stripe-key": "web", AUTH: "all", DATABASE_URL: "web" },
      settings: { fly: z.string(), mail: {} },
      variables: {},
      database: { ...good.database, migrate: undefined, applied: { table: "applied", query: "" } },
      hooks: { afterLive: [7] },
    });
    expect(faults.split("\n")).toEqual([
      "rollout.config.ts:",
      "  web.build: expected a command",
      "  web.output: expected a path inside the checkout, from its folder",
      "  web.healthPath: expected a path that begins with a slash",
      "  web.port: there is no such field",
      "  workers.web: this name is reserved",
      "  workers.B C: expected up to 31 lower-case letters, digits and dashes, a letter first",
      "  secrets.stripe-key: a variable's name in capitals, such as STRIPE_KEY",
      "  secrets.AUTH: expected one of web, workers, both",
      "  secrets.DATABASE_URL: given by the program itself, or changes how a process runs",
      "  settings.fly: the program has a group of this name",
      "  settings.mail: expected a schema of zod",
      "  variables: expected a function",
      "  database.migrate: expected string",
      "  database.applied.table: expected a table with its schema, such as public.jobs",
      "  database.applied.query: expected a statement of SQL",
      "  hooks.afterLive.0: expected a command, or an object with command and limitSeconds",
    ]);
  });

  it("has at least one worker", () => {
    expect(faultsOf({ ...good, workers: {} })).toBe(
      "rollout.config.ts:\n  workers: expected at least one worker",
    );
  });

  it("knows of every part what it is built from", () => {
    const workers = { a: worker, b: { description: "App that works." } };
    expect(faultsOf({ ...good, workers })).toBe(
      "rollout.config.ts:\n  workers.b.sources: expected the paths that it is built from",
    );
    expect(faultsOf({ ...good, workers, sourceDigests: () => Promise.resolve({}) })).toBe("");
  });
});
