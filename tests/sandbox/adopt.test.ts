import { beforeAll, describe, expect, it } from "vitest";
import { stagingIn } from "./staging.ts";
import { useSandbox } from "./use-sandbox.ts";
import type { ManualWorld } from "./manual-world.ts";
import { makeManualWorld, seeValues, seeManualWorld } from "./manual-world.ts";

/** A team has all of it before it hears of this program: made through the vendors' APIs alone, under the same names. */
const { sandbox } = useSandbox();
const { goodUp, outputs } = stagingIn(sandbox);

interface Review {
  readonly changes: readonly { readonly urn: string; readonly cloud: string; readonly operation: string }[];
}

let world: ManualWorld;
let seen: unknown;
let values: unknown;

beforeAll(async () => {
  expect((await sandbox.run("true")).status).toBe(0);
  world = await makeManualWorld(sandbox);
  [seen, values] = [await seeManualWorld(sandbox, world), await seeValues(sandbox, world)];
}, 300_000);

describe("what exists under a stack's names", { timeout: 300_000 }, () => {
  it("is refused by the gate of a first rollout, all of it by name, and stays as it is", async () => {
    const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", "staging");
    expect(status, output).toBe(3);
    for (const thing of [
      ...["Neon project atlaris", "Neon branch atlaris/staging", "Neon role atlaris/staging/atlaris_staging"],
      ...[
        "Neon database atlaris/staging/atlaris",
        "Fly app atlaris-worker-staging",
        "Fly app atlaris-images",
      ],
      ...["Vercel project team_atlaris/atlaris", "Vercel variable team_atlaris/atlaris/preview/API_KEYS"],
      ...[
        "GitHub environment staging",
        "GitHub secret staging/SMOKE_TEST_API_KEY",
        "GitHub secret VERCEL_TOKEN",
        "GitHub ruleset prod",
      ],
    ])
      expect(output).toContain(`${thing} exists and was not made by this stack`);
    expect(output).toContain("its secrets STRIPE_KEY would be deleted");
    expect(output).toContain("bin/rollout adopt --stack staging");
    expect(await seeManualWorld(sandbox, world)).toEqual(seen);
    expect(await seeValues(sandbox, world)).toEqual(values);
  });

  it("is not adopted where no user can answer, and shown by a dry run", async () => {
    const asked = await sandbox.run("bin/rollout", "adopt", "--stack", "staging");
    expect(asked.status, asked.output).toBe(2);
    expect(asked.output).toContain("--yes");
    const { status, output } = await sandbox.run("bin/rollout", "adopt", "--stack", "staging", "--dry-run");
    expect(status, output).toBe(0);
    expect(output).toContain("Neon branch atlaris/staging");
    expect(output).toContain("STRIPE_KEY stays as it is");
  });

  it("is adopted without a change at any cloud, and only once", async () => {
    const { status, output } = await sandbox.run("bin/rollout", "adopt", "--stack", "staging", "--yes");
    expect(status, output).toBe(0);
    expect(output).toContain("database-role taken over");
    expect(output).not.toContain(" created ");
    expect(await seeManualWorld(sandbox, world)).toEqual(seen);
    expect(await seeValues(sandbox, world)).toEqual(values);
    const again = await sandbox.run("bin/rollout", "adopt", "--stack", "staging", "--yes");
    expect(again.status, again.output).toBe(0);
    expect(again.output).toContain("Nothing is left to adopt");
  });

  it("is neither created nor replaced by the next rollout, as its preview shows", async () => {
    const text = await sandbox.read("bin/rollout", "preview", "--stack", "staging", "--json");
    const { changes } = JSON.parse(text) as Review;
    const made = changes.filter(
      ({ cloud, operation }) => cloud !== "Rollout steps" && !["update", "same"].includes(operation),
    );
    // What a team has no equal of: a login of few rights, and what each release makes.
    expect(made.map(({ urn, operation }) => `${operation} ${urn.split("::").at(-1) ?? ""}`)).toEqual([
      "create database-application-role",
      "create regenerator-deployment",
      "create retired-logins",
      "create web-deployment",
      "create web-live",
      "create worker-deployment",
      "create worker-image-build",
    ]);
  });

  it("is rolled out over, and what a user has of it stays", async () => {
    await goodUp();
    expect(await seeManualWorld(sandbox, world)).toEqual(seen);
    expect((await outputs()).databaseUrl).toContain(new URL(world.databaseUrl).password);
  });
});
