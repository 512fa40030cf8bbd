import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { addMigration } from "./add-migration.ts";
import { changeSettings } from "./change-settings.ts";
import { callCloud } from "./observe.ts";
import { expectProductionRefuses } from "./refusal.ts";
import type { Ended } from "./sandbox.ts";
import { repositoryIn, tokenWith } from "./token-with-rights.ts";
import { useSandbox } from "./use-sandbox.ts";
import { callGitHub } from "./writer-attacks.ts";

/** That a one-way migration reaches production with the approval of a named reviewer alone, who has not written it; so a destructive one. */
const { checkout, sandbox } = useSandbox({ from: "staging and production live" });
const name = "9000_language";
const sql = [
  "-- one-way: a plan without a language means nothing to the release before",
  "-- undo: ALTER TABLE plans DROP COLUMN language",
  "SET LOCAL lock_timeout = '5s';",
  "--> statement-breakpoint",
  "ALTER TABLE plans ADD COLUMN language text;",
];
const tokens = new Map<string, string>();
const ids = new Map<string, number>();
const github = <T>(method: string, path: string, body?: object): Promise<T> =>
  callCloud<T>(sandbox, "github", method, path, body);
const approve = (login: string, ...words: readonly string[]): Promise<Ended> =>
  sandbox.run(
    ...["env", `GITHUB_TOKEN=${tokens.get(login) ?? ""}`, "bin/rollout", "approve", "--stack", "prod"],
    ...words,
  );
const setAuthor = (login: string | null): Promise<unknown> =>
  github("PUT", `/_sandbox/authors/${repositoryIn(checkout)}/${checkout.git("rev-parse", "HEAD")}`, {
    login,
  });
const refusal = (reason: string): RegExp => new RegExp(`${name}\\.sql: production requires .*; ${reason}`);

async function good(...words: readonly string[]): Promise<string> {
  const { status, output } = await sandbox.run("bin/rollout", ...words);
  expect(status, output).toBe(0);
  return output;
}

beforeAll(async () => {
  for (const login of ["ada", "grace", "eve"]) {
    const made = await github<{ token: string; id: number }>("POST", `/_sandbox/people/${login}/token`);
    tokens.set(login, made.token);
    ids.set(login, made.id);
  }
  addMigration(checkout, name, ...sql);
  const digest = createHash("sha256")
    .update(`${sql.join("\n")}\n`)
    .digest("hex");
  changeSettings(checkout, "prod", {
    migrations: {
      approved: [`${name}@${digest.slice(0, 16)}`],
      reviewers: [ids.get("ada") ?? 0, ids.get("grace") ?? 0],
    },
  });
  checkout.commit("Keep the language of a plan");
  await setAuthor("ada");
  await good("up", "--stack", "staging");
}, 600_000);

describe("a one-way migration", { timeout: 600_000 }, () => {
  it("is kept out of production without an approval, and nothing is written", async () => {
    await expectProductionRefuses(sandbox, refusal("there is none"));
  });

  it("is approved neither by its author nor by a stranger, who are refused before anything is written", async () => {
    const ofAuthor = await approve("ada");
    expect(ofAuthor.status, ofAuthor.output).toBe(3);
    expect(ofAuthor.output).toContain(`ada has written one of ${name}.sql; another reviewer approves it`);
    const ofStranger = await approve("eve");
    expect(ofStranger.status, ofStranger.output).toBe(3);
    expect(ofStranger.output).toMatch(/eve \(\d+\) is no reviewer of migrations/);
    const ofJob = await tokenWith(sandbox, checkout, { contents: "read", statuses: "write" });
    await postStatuses(ofJob);
    await expectProductionRefuses(
      sandbox,
      refusal(
        "github-actions\\[bot\\] is no named reviewer; eve is no named reviewer; ada has written one of them",
      ),
    );
  });

  it("passes with a reviewer's approval of exactly this set, which the signed record and the audit name", async () => {
    const approved = await approve("grace");
    expect(approved.status, approved.output).toBe(0);
    expect(approved.output).toContain(`${name}.sql: one-way`);
    const withdrawn = endIn(await approve("grace", "--withdraw", "--json"));
    expect(withdrawn).toMatchObject({ result: "withdrawn", names: [name], by: "grace" });
    await expectProductionRefuses(sandbox, refusal("grace has withdrawn it"));
    expect((await approve("grace")).status).toBe(0);
    await good("up", "--stack", "prod");
    expect(await good("audit", "--stack", "prod")).toMatch(/migrations \w{12} approved by grace/);
    expect(await good("approve", "--stack", "prod")).toContain("requires an approval");
  });
});

/** What anybody with a token can write: the same statuses, past the command. */
async function postStatuses(ofJob: string): Promise<void> {
  const sha = checkout.git("rev-parse", "HEAD");
  const { migrations } = endIn(await sandbox.run("bin/rollout", "approve", "--stack", "prod", "--json"));
  const body = {
    ...{ context: "rollout/approval/production", state: "success" },
    description: `migrations ${String(migrations)}`,
  };
  for (const token of [tokens.get("ada") ?? "", tokens.get("eve") ?? "", ofJob]) {
    const { status, text } = await callGitHub(
      sandbox,
      { call: "POST", path: `/statuses/${sha}`, body },
      token,
    );
    expect(status, text).toBe(201);
  }
}

/** What a command printed with `--json`, among lines for people. */
function endIn({ output }: Ended): Readonly<Record<string, unknown>> {
  const line = output.split("\n").find((each) => each.startsWith("{"));
  return JSON.parse(line ?? output) as Readonly<Record<string, unknown>>;
}
