import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import type { Workflow } from "../../sandbox/workflows/workflow.ts";
import { documentedSecrets, tableFaults, usedSecrets } from "./secrets-table.ts";
import { checkout, expressions, workflows } from "./test-workflows.ts";

const page = readFileSync(join(checkout, "docs", "secrets.md"), "utf8");
const documented = documentedSecrets(page);

describe("the table of secrets in docs/secrets.md", () => {
  it("has each secret that a workflow reads, in the environments of the jobs that read it, and no other", () => {
    expect(documented.size).toBeGreaterThan(8);
    expect(tableFaults(documented, usedSecrets(workflows.values(), expressions))).toEqual([]);
  });

  it("has neither the App's key nor the key of the record in the environment of pull requests", () => {
    for (const secret of ["ROLLOUT_APP_PRIVATE_KEY", "ROLLOUT_GITHUB_TOKEN", "ROLLOUT_SIGNING_KEY"])
      expect(documented.get(secret), secret).toEqual(new Set(["staging", "production"]));
  });

  it("has no token of Railway in the environment of pull requests, whose workers run on Fly.io", () => {
    for (const secret of ["RAILWAY_API_TOKEN", "FLY_REGISTRY_TOKEN"])
      expect(documented.get(secret), secret).toEqual(new Set(["staging", "production"]));
  });

  it("has the token of the images nowhere but where something is deployed", () => {
    const readers = [...workflows].flatMap(([file, { jobs }]) =>
      Object.entries(jobs).flatMap(([id, job]) =>
        JSON.stringify(job).includes("secrets.FLY_REGISTRY_TOKEN") ? [`${file} ${id}`] : [],
      ),
    );
    expect(readers.sort()).toEqual([
      "deploy-production.yml rollout",
      "deploy-staging.yml rollout",
      "rollback.yml rollback",
    ]);
  });

  const seeded = (environment: string, secret: string): readonly string[] => {
    const job = `{ environment: ${environment}, steps: [{ env: { ONE: "\${{ secrets.${secret} }}" } }] }`;
    const workflow = load(`{ on: push, jobs: { one: ${job} } }`) as Workflow;
    return tableFaults(documented, usedSecrets([...workflows.values(), workflow], expressions));
  };

  it.each([
    ["staging", "NEW_TOKEN", "a workflow reads NEW_TOKEN, which is not in the table"],
    [
      "preview",
      "ROLLOUT_SIGNING_KEY",
      "a job in preview reads ROLLOUT_SIGNING_KEY, and the table has it not there",
    ],
    [
      "{ name: \"${{ vars.PREVIEWS_APART == 'true' && 'preview' || 'staging' }}\" }",
      "ROLLOUT_APP_PRIVATE_KEY",
      "a job in preview reads ROLLOUT_APP_PRIVATE_KEY, and the table has it not there",
    ],
  ])("finds a job in %s that reads %s", (environment, secret, fault) => {
    expect(seeded(environment, secret)).toEqual([fault]);
  });

  it("finds a row that no workflow reads, and an environment where none does", () => {
    const more = page
      .replace("| `FLY_READONLY_TOKEN` ", "| `UNREAD` | staging | - | - |\n| `FLY_READONLY_TOKEN` ")
      .replace(/(`FLY_READONLY_TOKEN` *\| )staging, production/, "$1staging, production, preview");
    expect(tableFaults(documentedSecrets(more), usedSecrets(workflows.values(), expressions))).toEqual([
      "the table has UNREAD, which no workflow reads",
      "the table has FLY_READONLY_TOKEN in preview, where no job reads it",
    ]);
  });
});
