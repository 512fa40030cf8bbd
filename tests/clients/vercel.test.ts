import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestCloud, type TestCloud } from "../../sandbox/cloud/test-context.ts";
import { open } from "../../sandbox/cloud/vercel/index.ts";
import { installClient } from "./install-client.ts";

let cloud: TestCloud;
let commands: string;
let home: string;

beforeAll(async () => {
  commands = await installClient("vercel");
  home = mkdtempSync(join(tmpdir(), "atlaris-vercel-cli-"));
  cloud = await openTestCloud("vercel", open);
  // `switch` refuses --token.
  writeFileSync(join(home, "auth.json"), JSON.stringify({ token: cloud.token }));
  writeFileSync(join(home, "config.json"), "{}");
  await makeProject("team_harbour", "logbook");
  await makeProject("team_yard", "crane");
}, 300_000);

afterAll(async () => {
  await cloud.close();
  rmSync(home, { recursive: true, force: true });
});

async function makeProject(team: string, name: string): Promise<void> {
  const answer = await fetch(`${cloud.origin}/v11/projects?teamId=${team}`, {
    method: "POST",
    headers: { authorization: `Bearer ${cloud.token}`, "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  expect(answer.status, await answer.text()).toBe(200);
}

/** Runs the vercel CLI with nothing but another address; gives all that it prints. */
async function vercel(...words: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(
    join(commands, "vercel"),
    ["--api", cloud.origin, "--global-config", home, "--no-color", ...words],
    {
      cwd: home,
      timeout: 60_000,
      env: { PATH: process.env["PATH"], HOME: home, CI: "true", VERCEL_TELEMETRY_DISABLED: "1" },
    },
  );
  return stdout + stderr;
}

it("takes the vercel CLI as Vercel does: teams ls, --scope and switch", { timeout: 120_000 }, async () => {
  const teams = await vercel("teams", "ls");
  expect(teams).toMatch(/harbour/);
  expect(teams).toMatch(/yard/);
  for (const scope of ["harbour", "team_harbour"]) {
    const projects = await vercel("project", "ls", "--scope", scope);
    expect(projects).toContain("Projects found under harbour");
    expect(projects).toContain("logbook");
  }
  expect(await vercel("switch", "yard")).toMatch(/Success/);
  const projects = await vercel("project", "ls");
  expect(projects).toContain("Projects found under yard");
  expect(projects).toContain("crane");
  await expect(vercel("project", "ls", "--scope", "elsewhere")).rejects.toThrow(
    /specified scope does not exist/,
  );
});
