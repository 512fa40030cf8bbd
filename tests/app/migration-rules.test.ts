import { join } from "node:path";
import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { expect, it } from "vitest";
import { lintMigrationFiles } from "../../infra/migration-lint/lint-files.ts";
import { migrationRefusals } from "../../infra/migration-lint/refusals.ts";
import { application } from "../../rollout.config.ts";
import { migrationsIn } from "../../stacks/release/migrations.ts";

const root = join(import.meta.dirname, "..", "..");

/** The approvals that stand in production's stack file. */
function approvedForProduction(): readonly string[] {
  const { config } = load(readFileSync(join(root, "Pulumi.prod.yaml"), "utf8")) as {
    readonly config: Readonly<Record<string, { readonly approved?: readonly string[] } | undefined>>;
  };
  return config["rollout:migrations"]?.approved ?? [];
}

/** As the gate of production judges a database that has none of them yet: what bin/rollout lint names and prints. */
it("every migration that loses data, breaks the running release or locks is declared, and approved for production", async () => {
  const refusals = migrationRefusals(await lintMigrationFiles(await migrationsIn(root, application)), {
    environment: "production",
    approved: approvedForProduction(),
  });
  expect(refusals).toEqual([]);
});
