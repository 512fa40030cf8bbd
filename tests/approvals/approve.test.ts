import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openGitHub } from "@rollout/infra/github/client";
import { approvalOfRun } from "@rollout/infra/rollout/approval";
import { migrationFaults } from "@rollout/infra/rollout/migration-faults";
import { testRecords } from "@rollout/infra/rollout/records/test-keys";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { approve } from "../../cli/commands/approve.ts";
import { open } from "../../sandbox/cloud/github/index.ts";
import type { TestCloud } from "../../sandbox/cloud/test-context.ts";
import { openTestCloud } from "../../sandbox/cloud/test-context.ts";
import { shop, shopFolder } from "../../stacks/settings/test-application.ts";

// Another application than the checkout's, whatever a user declares there.
vi.mock("../../rollout.config.ts", async () => ({
  application: (await import("../../stacks/settings/test-application.ts")).shop,
}));

/** The command of a reviewer and the gate's reading of it, against GitHub's emulator. */
let cloud: TestCloud;
let root: string;
const name = "0001_drop_topic";
const folder = shop.database.migrations;
const sql =
  "-- destructive(drop-column plans.topic): unused\n-- undo: ALTER TABLE plans ADD COLUMN topic text\nALTER TABLE plans DROP COLUMN topic;\n";
const people = new Map<string, { readonly token: string; readonly id: number }>();
const git = (...words: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...words], {
    cwd: root,
    encoding: "utf8",
  }).trim();

async function control<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${cloud.origin}/_sandbox${path}`, {
    method,
    headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await answer.json()) as T;
}

const place = { owner: "", repository: "" };

beforeAll(async () => {
  cloud = await openTestCloud("github", open);
  root = mkdtempSync(join(tmpdir(), "shop-approve-"));
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(
    join(root, folder, "0000_plans.sql"),
    "-- undo: DROP TABLE plans\nCREATE TABLE plans (id integer PRIMARY KEY, topic text);\n",
  );
  writeFileSync(join(root, folder, `${name}.sql`), sql);
  for (const login of ["ada", "grace", "eve"])
    people.set(login, await control("POST", `/people/${login}/token`));
  const ids = ["ada", "grace"].map((login) => String(people.get(login)?.id ?? 0)).join(", ");
  cpSync(join(shopFolder, "Pulumi.prod.yaml"), join(root, "Pulumi.prod.yaml"));
  const settings = readFileSync(join(root, "Pulumi.prod.yaml"), "utf8");
  writeFileSync(
    join(root, "Pulumi.prod.yaml"),
    `${settings.trimEnd()}\n  rollout:migrations: { reviewers: [${ids}] }\n`,
  );
  place.owner = /owner: (\S+)/.exec(settings)?.[1] ?? "";
  place.repository = /repository: (\S+)/.exec(settings)?.[1] ?? "";
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "Drop the topic");
  await control("PUT", `/authors/${place.owner}/${place.repository}/${git("rev-parse", "HEAD")}`, {
    login: "ada",
  });
}, 120_000);
afterAll(async () => {
  await cloud.close();
  rmSync(root, { recursive: true });
});

async function run(login: string, ...words: readonly string[]): Promise<{ status: number; printed: string }> {
  const printed: string[] = [];
  const stream = { write: (text: string) => printed.push(text) > 0 } as unknown as NodeJS.WriteStream;
  const environment = {
    // No engine: a reviewer reaches no state.
    ...{ PATH: "", GITHUB_API_URL: cloud.origin, GITHUB_TOKEN: people.get(login)?.token ?? "" },
  };
  const session = { checkout: root, environment, out: stream, err: stream };
  const status = await approve.run(session, ["--stack", "prod", ...words]);
  return { status, printed: printed.join("") };
}

async function gate(): Promise<readonly string[]> {
  const approved = [`${name}@${createHash("sha256").update(sql).digest("hex").slice(0, 16)}`];
  const reviewers = ["ada", "grace"].map((login) => people.get(login)?.id ?? 0);
  return migrationFaults(
    {
      folder: join(root, folder),
      approved,
      names: ["0000_plans", name],
      reviewed: { reviewers, folder, stack: "prod" },
    },
    { ...place, environment: "production", commit: git("rev-parse", "HEAD"), records: testRecords },
    await openGitHub({ baseUrl: cloud.origin, token: cloud.token }),
  );
}

describe("a destructive migration for production", { timeout: 120_000 }, () => {
  it("is approved neither by its author nor by a stranger, and the gate refuses it", async () => {
    const ofAuthor = await run("ada");
    expect(ofAuthor.status, ofAuthor.printed).toBe(3);
    expect(ofAuthor.printed).toContain(`ada has written one of ${name}.sql; another reviewer approves it`);
    const ofStranger = await run("eve", "--json");
    expect(ofStranger.status, ofStranger.printed).toBe(3);
    expect(ofStranger.printed).toMatch(/eve \(\d+\) is no reviewer of migrations/);
    expect(await gate()).toEqual([expect.stringContaining("there is none. A reviewer who has not written")]);
  });

  it("passes the gate with a reviewer's approval, until that is withdrawn or another commit is checked out", async () => {
    const approved = await run("grace");
    expect(approved, approved.printed).toMatchObject({ status: 0 });
    expect(approved.printed).toContain(`${name}.sql: destructive (drop-column plans.topic)`);
    expect(await gate()).toEqual([]);
    expect(approvalOfRun()).toMatchObject({ by: "grace", reviewer: people.get("grace")?.id });
    expect((await run("grace", "--withdraw")).printed).toContain("is withdrawn");
    expect(await gate()).toEqual([expect.stringContaining("grace has withdrawn it")]);
    expect((await run("grace")).status).toBe(0);
    git("commit", "--quiet", "--allow-empty", "--message", "Another commit");
    expect(await gate()).toEqual([expect.stringContaining("there is none")]);
    expect(approvalOfRun()).toBeUndefined();
  });

  it("is approved by a person who is named, and not by who is in a team of reviewers", async () => {
    const file = join(root, "Pulumi.prod.yaml");
    const settings = readFileSync(file, "utf8");
    writeFileSync(
      file,
      settings
        .replace(/reviewers: \{ users: \[[^\]]*\]/, "reviewers: { teams: [7]")
        .replace(/reviewers: \[[^\]]*\]/, `reviewers: [${String(people.get("ada")?.id ?? 0)}]`),
    );
    const ofMember = await run("grace");
    writeFileSync(file, settings);
    expect(ofMember.status, ofMember.printed).toBe(3);
    expect(ofMember.printed).toMatch(/grace \(\d+\) is no reviewer of migrations; named are \d+, by/);
  });

  it("is not approved while its file differs from the commit", async () => {
    writeFileSync(join(root, folder, `${name}.sql`), `${sql}-- later\n`);
    await expect(run("grace")).rejects.toThrow(
      `${folder}/${name}.sql differs from it: commit, or git restore`,
    );
  });
});
