import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { changeApplication } from "./change-application.ts";
import { changeSettings } from "./change-settings.ts";
import { copyCheckout } from "./checkout.ts";
import { commentsOf, openPullRequest } from "./preview-traces.ts";
import type { Ended } from "./sandbox.ts";
import { writesOf } from "./story.ts";
import type { Rights } from "./token-with-rights.ts";
import { rightsOfJob, tokenWith } from "./token-with-rights.ts";
import { useSandbox } from "./use-sandbox.ts";

/** That each workflow works with exactly the rights that it has at GitHub, and fails clearly with one right less. */
const { checkout, sandbox } = useSandbox({ from: "staging and production live" });

const rollout = (token: string, ...words: readonly string[]): Promise<Ended> =>
  sandbox.run("env", `GITHUB_TOKEN=${token}`, "bin/rollout", ...words);

async function withRights(rights: Rights, ...words: readonly string[]): Promise<Ended> {
  return rollout(await tokenWith(sandbox, checkout, rights), ...words);
}

async function good(rights: Rights, ...words: readonly string[]): Promise<string> {
  const { status, output } = await withRights(rights, ...words);
  expect(status, output).toBe(0);
  return output;
}

/** Without each right in turn: ends otherwise than with 0, writes nothing, and names the right or the refusal. */
async function expectEachNeeded(rights: Rights, names: readonly string[], ...words: readonly string[]) {
  for (const name of names) {
    const { [name]: _without, ...rest } = rights;
    const before = await writesOf(sandbox, /^(neon|fly|vercel) /);
    const { status, output } = await withRights(rest, ...words);
    expect(status, `${name}: ${output}`).not.toBe(0);
    expect(output, name).toMatch(
      new RegExp(`lacks .*${name.replace("-", "_")}|Resource not accessible by integration`),
    );
    expect(await writesOf(sandbox, /^(neon|fly|vercel) /), name).toBe(before);
  }
}

beforeAll(async () => {
  // By an administrator, once and manually: docs/secrets.md.
  for (const stack of ["staging", "prod"])
    changeSettings(checkout, stack, { github: { tokenSecrets: "environment" } });
  checkout.commit("Keep tokens in the environment");
  for (const stack of ["staging", "prod"]) {
    const { status, output } = await sandbox.run("bin/rollout", "up", "--stack", stack);
    expect(status, output).toBe(0);
  }
}, 400_000);

describe.each([
  ["deploy-staging.yml", "rollout"],
  ["deploy-production.yml", "rollout"],
  ["rollback.yml", "rollback"],
])("the token of %s", (file, id) => {
  it("has the rights of a rollout, and no administration", () => {
    expect(rightsOfJob(checkout.root, file, id)).toEqual(
      rightsOfJob(checkout.root, "deploy-staging.yml", "rollout"),
    );
    expect(Object.keys(rightsOfJob(checkout.root, file, id))).not.toContain("administration");
  });
});

describe("a rollout", { timeout: 600_000 }, () => {
  it("works with the rights of deploy-staging.yml, and names what it did not look at", async () => {
    const rights = rightsOfJob(checkout.root, "deploy-staging.yml", "rollout");
    changeApplication(checkout, "later", "worker");
    changeSettings(checkout, "staging", { smoke: { observeSeconds: 1 } });
    checkout.commit("Write other plans");
    await expectEachNeeded(
      rights,
      ["actions", "contents", "deployments", "environments", "statuses"],
      ...["up", "--stack", "staging"],
    );
    const output = await good(rights, "up", "--stack", "staging");
    expect(output).toContain("GITHUB_TOKEN has no right to administrate");
  });

  it("is refused where it would change the rules of branches, which an administrator does manually", async () => {
    const rights = rightsOfJob(checkout.root, "deploy-staging.yml", "rollout");
    const before = checkout.git("rev-parse", "HEAD");
    changeSettings(checkout, "staging", { github: { branchRules: { requiredApprovals: 2 } } });
    checkout.commit("Want two approvals");
    const { status, output } = await withRights(rights, "up", "--stack", "staging");
    expect(status, output).toBe(2);
    expect(output).toMatch(/GITHUB_TOKEN lacks .*administration/);
    checkout.git("reset", "--hard", "--quiet", before);
  });

  it("of production works with the rights of deploy-production.yml, and with each of them alone missing is refused", async () => {
    const rights = rightsOfJob(checkout.root, "deploy-production.yml", "rollout");
    // Doctor's look, before anything is written; the gate would be next.
    const lacked: Readonly<Record<string, RegExp>> = {
      actions: /GITHUB_TOKEN lacks .*actions \(result of CI, environments\)/,
      contents: /GITHUB_TOKEN lacks .*contents \(lease and record\)/,
      deployments: /GITHUB_TOKEN lacks .*deployments \(the record of a rollout\)/,
      environments: /GITHUB_TOKEN lacks .*environments \(secrets of the environment\)/,
      statuses: /GITHUB_TOKEN lacks .*statuses \(commit statuses\)/,
    };
    expect(Object.keys(rights).sort()).toEqual([...Object.keys(lacked), "issues"].sort());
    for (const [name, message] of Object.entries(lacked)) {
      const { [name]: _without, ...rest } = rights;
      const token = await tokenWith(sandbox, checkout, rest);
      const before = await writesOf(sandbox);
      const { status, output } = await rollout(token, "up", "--stack", "prod");
      expect(status, `${name}: ${output}`).toBe(2);
      expect(output).toMatch(message);
      expect(output).toContain("docs/secrets.md lists the rights");
      expect(await writesOf(sandbox), name).toEqual(before);
    }
    const { issues: _incidents, ...rest } = rights;
    const output = await good(rest, "up", "--stack", "prod");
    expect(output).toContain("is live on prod");
  });

  it("that fails is rolled back without the right to write issues, and prints that no incident was opened", async () => {
    const { issues: _incidents, ...rights } = rightsOfJob(checkout.root, "rollback.yml", "rollback");
    const before = checkout.git("rev-parse", "HEAD");
    changeApplication(checkout, "failing", "web");
    checkout.edit("package.json", '"build:web": "', '"build:web": "exit 7; ');
    checkout.commit("Break the build");
    const { status, output } = await withRights(rights, "up", "--stack", "staging");
    expect(status, output).toBe(4);
    expect(output).toMatch(/No incident could be opened on GitHub: .*Resource not accessible by integration/);
    expect(output).toContain("is live on staging again");
    checkout.git("reset", "--hard", "--quiet", before);
  });

  it("goes back with the same rights", async () => {
    const rights = rightsOfJob(checkout.root, "rollback.yml", "rollback");
    await expectEachNeeded(rights, ["contents", "deployments", "statuses"], "rollback", "--stack", "staging");
    expect(await good(rights, "rollback", "--stack", "staging")).toContain("is live on staging");
  });
});

describe("an environment of a pull request", { timeout: 600_000 }, () => {
  it("is brought up and taken down with the own token of its job", async () => {
    const rights = rightsOfJob(checkout.root, "preview.yml", "preview");
    const number = await openPullRequest(sandbox, "change");
    await expectEachNeeded(
      rights,
      ["actions", "contents", "deployments", "statuses"],
      ...["preview-env", "up", String(number)],
    );
    await good(rights, "preview-env", "up", String(number));
    expect(await commentsOf(sandbox, number)).toEqual([
      expect.stringContaining(`gh workflow run preview.yml --ref main -f pull-request=${String(number)}`),
    ]);
    const output = await good(rights, "preview-env", "down", String(number));
    expect(output).toContain(`environment pr-${String(number)} stays`);
  });

  it("is swept with the rights of the job of every night", async () => {
    const rights = rightsOfJob(checkout.root, "preview.yml", "sweep");
    await expectEachNeeded(
      rights,
      ["actions", "contents", "deployments", "pull-requests"],
      "preview-env",
      "sweep",
    );
    await good(rights, "preview-env", "sweep");
  });
});

describe("the preview of a pull request by the program of main", { timeout: 600_000 }, () => {
  const leak = (what: string): string =>
    `require("node:fs").writeFileSync(${JSON.stringify(join(sandbox.home, "planted"))}, ${JSON.stringify(what)});\n`;

  it("shows its content with a token that only reads and comments, and runs none of its code", async () => {
    const content = copyCheckout(checkout.root, join(sandbox.home, "content"));
    for (const folder of ["node_modules", "src/node_modules", "infra/node_modules", "sandbox/node_modules"])
      await sandbox.read("rm", "-rf", join(content.root, folder));
    for (const file of [
      "stacks/index.ts",
      "stacks/main.cjs",
      "rollout.config.ts",
      "src/build/bundle.ts",
      "bin/setup.cjs",
    ])
      content.write(file, `${leak(file)}${content.read(file)}`);
    content.edit(
      "src/package.json",
      '"scripts": {',
      `"scripts": { "prebuild:web": "touch ${join(sandbox.home, "planted")}",`,
    );
    changeApplication(content, "proposed", "worker");
    content.commit("Propose a change that looks around");
    const number = await openPullRequest(sandbox, "proposed");
    const rights = rightsOfJob(checkout.root, "preview.yml", "infrastructure");
    const words = ["preview", "--stack", "staging", "--content", content.root, "--comment", String(number)];
    const before = await writesOf(sandbox, /^(neon|fly|vercel) /);
    const output = await good(rights, ...words);
    expect(output).toContain("Propose a change that looks around");
    expect(output).toContain("no code of the pull request was run");
    const [comment] = await commentsOf(sandbox, number);
    expect(comment).toContain(`the content of commit ${content.git("rev-parse", "HEAD").slice(0, 12)}`);
    await expect(sandbox.read("ls", join(sandbox.home, "planted"))).rejects.toThrow();
    expect(await writesOf(sandbox, /^(neon|fly|vercel) /)).toBe(before);
    const { "pull-requests": _comment, ...mute } = rights;
    const { status, output: said } = await withRights(mute, ...words);
    expect(status, said).toBe(1);
    expect(said).toContain("Resource not accessible by integration");
  });
});
