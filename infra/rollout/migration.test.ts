import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { Migration } from "./migration.ts";

/** What the engine is asked to run, by the resource's name. */
const commands = new Map<string, unknown>();

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: ({ name, inputs }) => {
      commands.set(name, inputs);
      return { id: name, state: inputs as object };
    },
  });
});

async function commandOf(name: string, isPast?: boolean): Promise<unknown> {
  const place = { databaseUrl: "postgres://here", branchId: "br-1", databaseId: 1 };
  const limits = { command: "npm run migrate", migrations: "digest", waitSeconds: 60 };
  const { urn } = new Migration(name, { ...place, ...limits, ...(isPast === undefined ? {} : { isPast }) });
  await new Promise((resolve) => void urn.apply(resolve));
  return commands.get(name);
}

describe("the migration", () => {
  it("runs the checkout's migrations", async () => {
    expect(await commandOf("ahead")).toMatchObject({
      create: "node --import tsx infra/rollout/run-migration.ts",
      environment: { DATABASE_URL: "postgres://here", ROLLOUT_MIGRATE: "npm run migrate" },
    });
  });

  it("runs nothing for an earlier release, also where the stack's state has no migration", async () => {
    expect(await commandOf("back", true)).toMatchObject({ create: "true" });
  });
});
