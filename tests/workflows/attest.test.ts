import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runWorkflow, type RanJob } from "../../sandbox/workflows/run-workflow.ts";
import { action, checkout, job, workflow } from "./test-workflows.ts";

/**
 * What of a release is named for its attestations. The actions that sign and upload are GitHub's own and run nowhere else; all
 * other steps of the jobs run here, as they stand in the workflow.
 */
const file = "deploy-staging.yml";
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "attest-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const digest = "ab".repeat(32);
const release = {
  ...{ number: 7, release: "c0ffee", commit: "c0ffee", composition: { web: { source: "1" } } },
  ended: {
    result: "success",
    images: [{ reference: "registry.fly.io/shop-images:content-1", digest: `sha256:${digest}` }],
    ...{ webDeployment: "dpl_1", webFiles: { "index.mjs": "12" } },
  },
};

/** Runs the jobs `rollout` and `attest`, with a `bin/rollout` of the test and packages of this checkout. */
async function run(
  history: string,
  payload: object,
  variables = {},
): Promise<Readonly<Record<string, RanJob>>> {
  const root = join(folder, "checkout");
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), 0o755);
  };
  write("bin/rollout", `#!/bin/sh\n[ "$1" != history ] || ${history}\n`);
  write("bin/setup.cjs", "");
  write("package.json", JSON.stringify({ scripts: { sbom: "echo '{}'" } }));
  for (const path of [".github/release-subjects.mjs", `${action}/action.yml`])
    write(path, readFileSync(join(checkout, path), "utf8"));
  const { jobs, ...rest } = workflow(file);
  const { needs: _needs, ...rollout } = job(file, "rollout");
  const { attest } = jobs;
  if (!attest) throw new Error(`${file} has no job attest`);
  return runWorkflow({
    checkout: root,
    workflow: { ...rest, jobs: { rollout, attest } },
    event: {
      ...{ name: "push", ref: "refs/heads/main", sha: "c0ffee", repository: "shop/shop" },
      payload: { repository: { ...payload } },
    },
    secrets: {},
    variables,
    environment: { PATH: process.env["PATH"] ?? "" },
    folder: join(folder, "run"),
  });
}

const printed = (ran: RanJob | undefined): string => (ran?.steps ?? []).map(({ output }) => output).join("");
const recorded = (): string => {
  writeFileSync(join(folder, "history.json"), `${JSON.stringify(release)}\n`);
  return `cat ${join(folder, "history.json")}`;
};
/** The actions that sign, and whether each would have run. */
const signed = (ran: RanJob | undefined): readonly string[] =>
  (ran?.steps ?? []).filter(({ name }) => name.startsWith("Attest")).map(({ result }) => result);

describe("the job attest", () => {
  it("names image, web build and release record by their digests, in a public repository", async () => {
    const { rollout, attest } = await run(recorded(), { visibility: "public" });
    expect(attest?.result, printed(rollout) + printed(attest)).toBe("success");
    const lines = printed(attest).trim().split("\n");
    expect(lines[0]).toBe(`${digest}  registry.fly.io/shop-images`);
    const files = join(folder, "run");
    expect(lines.slice(1).map((line) => line.split("  ")[1])).toEqual(["web.json", "release.json"]);
    for (const line of lines.slice(1)) {
      const [sum, name = ""] = line.split("  ");
      const content = readFileSync(join(files, "rollout", "release", name), "utf8");
      expect(sum).toBe(createHash("sha256").update(content).digest("hex"));
    }
    const kept = JSON.parse(
      readFileSync(join(files, "rollout", "release", "release.json"), "utf8"),
    ) as object;
    expect(kept).toEqual(release);
    expect(signed(attest)).toEqual(["success", "success"]);
  });

  it.each([
    ["prints in one line that a private repository has none", { visibility: "private" }, {}, "skipped"],
    [
      "signs where GitHub Enterprise has them",
      { visibility: "private" },
      { ROLLOUT_ATTESTATIONS: "on" },
      "success",
    ],
  ])("%s", async (_name, payload, variables, result) => {
    const { attest } = await run(recorded(), payload, variables);
    expect(attest?.result).toBe("success");
    expect(signed(attest)).toEqual([result, result]);
    const notices = printed(attest).match(/^::notice::no attestations: .*$/gm) ?? [];
    expect(notices).toHaveLength(result === "skipped" ? 1 : 0);
  });

  it("does not run, and fails no rollout, where the record cannot be read", async () => {
    const { rollout, attest } = await run("exit 1", { visibility: "public" });
    expect([rollout?.result, attest?.result]).toEqual(["success", "skipped"]);
    expect(printed(rollout)).toContain("::warning::nothing is attested: Command failed");
  });
});
