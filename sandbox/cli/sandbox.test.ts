import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse } from "../stacks.ts";
import { checkout, openTestSandbox, writeProject, type Outcome, type TestSandbox } from "./test-sandbox.ts";

const program = `
import * as pulumi from "@pulumi/pulumi";
import * as command from "@pulumi/command";
import * as github from "@pulumi/github";
import * as vercel from "@pulumiverse/vercel";
const word = pulumi.secret(process.env.WORD ?? "");
const said = new command.local.Command("say", {
  create: "cat; echo $WORD; test $WORD != sesame-bad",
  delete: "echo gone > deleted.txt",
  environment: { WORD: word },
  stdin: "in ",
  logging: "none",
  triggers: [process.env.ROUND ?? "1"],
});
const hub = new github.Provider("hub", { owner: "acme" }, {
  transformations: [({ props, opts }) => {
    const { token, ...kept } = props as Record<string, unknown>;
    return { props: kept, opts };
  }],
});
new github.ActionsSecret("secret", { repository: "shop", secretName: "WORD", value: word }, { provider: hub });
const provider = new vercel.Provider("v", { team: "team_acme" });
const project = new vercel.Project("project", { name: "shop", autoAssignCustomDomains: false }, { provider });
new vercel.ProjectEnvironmentVariable("variable",
  { projectId: project.id, key: "WORD", value: word, targets: ["preview"], sensitive: true }, { provider });
export const out = said.stdout;
export const projectId = project.id;
`;

describe("bin/sandbox", { timeout: 120_000 }, () => {
  let sandbox: TestSandbox;
  let folder: string;
  const status = async (): Promise<Status> =>
    JSON.parse((await sandbox.run(["status", "--json"])).stdout) as Status;

  const pulumi = (line: string, word = "", round = "1"): Promise<Outcome> =>
    sandbox.run(["env", `WORD=${word}`, `ROUND=${round}`, "pulumi", ...line.split(" ")], { cwd: folder });

  interface Status {
    readonly running: boolean;
    readonly pid?: number;
    readonly clouds: readonly { readonly name: string; readonly address: string }[];
    readonly plugins: readonly { readonly name: string; readonly origin: string; readonly path: string }[];
    readonly unknownCalls: readonly { readonly path: string; readonly count: number }[];
  }

  beforeAll(() => {
    sandbox = openTestSandbox();
    folder = mkdtempSync(join(tmpdir(), "atlaris-project-"));
    writeProject(folder, program);
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("gives the command's exit status and streams, and starts one set of clouds for two first commands", async () => {
    const words = ["sh", "-c", "cat; echo $VERCEL_API_URL; exit 7"];
    const [first, second] = await Promise.all([sandbox.run(words, { input: "hello " }), sandbox.run(words)]);
    expect([first.status, second.status]).toEqual([7, 7]);
    expect(first.stdout).toBe(`hello ${second.stdout}`);
    const { clouds } = await status();
    expect(second.stdout.trim()).toBe(clouds.find(({ name }) => name === "vercel")?.address);
  });

  it("prints nothing of its own when there is nothing to set up", async () => {
    expect(await sandbox.run(["true"])).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("runs a program on the real engine, by emulators where there is no plugin", async () => {
    expect(await pulumi("stack init dev")).toMatchObject({ status: 0 });
    const created = await pulumi("up --yes --skip-preview", "sesame-one");
    expect(created, created.stdout + created.stderr).toMatchObject({ status: 0 });
    const outputs = JSON.parse((await pulumi("stack output --json --show-secrets")).stdout) as {
      out: string;
    };
    expect(outputs.out).toBe("in sesame-one");
    const { stdout: state } = await pulumi("stack export");
    expect(state).toContain("command:local:Command");
    expect(state).not.toContain("sesame-one");
  });

  it("updates, replaces and fails as the real plugin does", async () => {
    const up = await pulumi("up --yes --skip-preview", "sesame-two", "2");
    expect(up.stdout).toContain("~ 2 updated");
    expect(up.stdout).toContain("+-1 replaced");
    expect(readFileSync(join(folder, "deleted.txt"), "utf8")).toBe("gone\n");
    const failed = await pulumi("up --yes --skip-preview", "sesame-bad", "2");
    expect(failed.status).not.toBe(0);
    expect(failed.stdout).toContain('exit status 1: running "cat; echo $WORD; test $WORD != sesame-bad":');
  });

  it("sees by a refresh what was changed out of band, and fixes it", async () => {
    const script = `
      set -e
      export WORD=sesame-three ROUND=2
      project=$(pulumi stack output projectId)
      curl -sf -X PATCH "$VERCEL_API_URL/v9/projects/$project" -H "authorization: Bearer $VERCEL_API_TOKEN" \\
        -H "content-type: application/json" -d '{ "autoAssignCustomDomains": true }' >/dev/null
      curl -sf -X DELETE "$GITHUB_API_URL/repos/acme/shop/actions/secrets/WORD" -H "authorization: Bearer $GITHUB_TOKEN"
      pulumi up --refresh --yes --skip-preview
      pulumi up --refresh --yes --skip-preview --expect-no-changes`;
    const { status: code, stdout, stderr } = await sandbox.run(["sh", "-c", script], { cwd: folder });
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain("+ 1 created");
    expect(stdout).toContain("~ 3 updated");
  });

  it("lets pulumi write into copies of the checkout's stack files only", async () => {
    const file = join(checkout, "Pulumi.staging.yaml");
    const before = readFileSync(file, "utf8");
    const set = await sandbox.run([
      "pulumi",
      "config",
      "set",
      "--stack",
      "staging",
      "--secret",
      "x",
      "sesame",
    ]);
    expect(set, set.stderr).toMatchObject({ status: 0 });
    expect(readFileSync(file, "utf8")).toBe(before);
    const copy = parse(readFileSync(join(sandbox.home, "stacks", "Pulumi.staging.yaml"), "utf8"));
    expect(copy["config"]).toMatchObject({
      "rollout:vercel": { domain: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string },
      "atlaris:x": { secure: expect.any(String) as string },
    });
    const unknown = await sandbox.run(["pulumi", "preview", "--stack", "stagin"]);
    expect(unknown).toMatchObject({ status: 2 });
    expect(unknown.stderr).toContain("There is no stack stagin");
    expect(unknown.stderr.split("\n").at(-2)).toBe(
      "In the sandbox, put bin/sandbox before the commands named above.",
    );
    expect(await sandbox.run(["pulumi", "stack", "rm", "staging", "--yes"])).toMatchObject({ status: 0 });
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("lists the settings that its copy of a stack file overrides, until they are forgotten", async () => {
    const config = ["pulumi", "config", "--stack", "staging"];
    // The stack that was removed is there again, and what every sandbox sets automatically is not reported.
    expect(await sandbox.run(config)).toMatchObject({ status: 0, stderr: "" });
    const ai = ({ stdout }: Outcome): unknown =>
      (JSON.parse(stdout) as Record<string, unknown>)["rollout:ai"];
    const asInCheckout = ai(await sandbox.run([...config, "--json"]));
    const set = ["pulumi", "config", "set", "--stack", "staging"];
    await sandbox.run([...set, "--path", "rollout:ai.model", "large"]);
    const changed = await sandbox.run([...config, "--json"]);
    expect(ai(changed)).not.toEqual(asInCheckout);
    expect(changed.stderr).toBe(
      "The sandbox's own copy of Pulumi.staging.yaml overrides rollout:ai.model. " +
        "As in the checkout again: bin/sandbox settings --forget\n",
    );
    await sandbox.run([...set, "--secret", "--path", "rollout:secrets.STRIPE_KEY", "sesame"]);
    expect((await sandbox.run(["sh", "-c", config.join(" ")])).stderr).toBe("");
    expect((await sandbox.run(["settings", "--forget"])).stdout).toBe(
      "As in Pulumi.staging.yaml of the checkout again: rollout:ai.model\n",
    );
    const after = await sandbox.run([...config, "--json"]);
    expect(after.stderr).toBe("");
    expect(ai(after)).toEqual(asInCheckout);
    expect(after.stdout).toContain('"rollout:secrets"');
    expect((await sandbox.run(["settings"])).stdout).toContain("Every setting is as in the checkout");
    await sandbox.run([
      "pulumi",
      "config",
      "rm",
      "--stack",
      "staging",
      "--path",
      "rollout:secrets.STRIPE_KEY",
    ]);
  });

  it("reports which plugins are emulators, and the calls that no cloud knew", async () => {
    await sandbox.run([
      "sh",
      "-c",
      'curl -s "$NEON_API_HOST/no/such/path" -H "authorization: Bearer $NEON_API_KEY"',
    ]);
    const { plugins, unknownCalls } = await status();
    expect(plugins.map(({ name }) => name)).toEqual(["command", "github", "vercel"]);
    expect(plugins.find(({ name }) => name === "vercel")?.origin).toBe("emulator");
    expect(unknownCalls).toContainEqual({
      cloud: "neon",
      method: "GET",
      path: "/api/v2/no/such/path",
      count: 1,
    });
    expect((await sandbox.run(["status"])).stdout).toContain("1 × neon GET /api/v2/no/such/path");
  });

  it("comes back with addresses and data after its clouds were killed", async () => {
    const before = await status();
    process.kill(before.pid ?? 0, "SIGKILL");
    const ask =
      'curl -sf "$GITHUB_API_URL/repos/acme/shop/actions/secrets/WORD" -H "authorization: Bearer $GITHUB_TOKEN"';
    const { status: code, stdout } = await sandbox.run(["sh", "-c", ask]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: "WORD" });
    const after = await status();
    expect(after.pid).not.toBe(before.pid);
    expect(after.clouds.map(({ address }) => address)).toEqual(before.clouds.map(({ address }) => address));
  });

  it("passes signals on and waits for the command's own end", async () => {
    const child = sandbox.start([
      "sh",
      "-c",
      'trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 0.05; done',
    ]);
    let output = "";
    child.stdout?.on("data", (data: Buffer) => (output += data.toString()));
    await vi.waitUntil(() => output.includes("ready"), { timeout: 60_000 });
    child.kill("SIGTERM");
    const [code] = (await once(child, "close")) as [number];
    expect([code, output]).toEqual([3, "ready\nbye\n"]);
  });

  it("does not stop while a command uses the clouds, unless it is forced to", async () => {
    const child = sandbox.start(["sleep", "60"]);
    await once(child, "spawn");
    const using = /^sleep 60 … \(process (\d+)\) uses these clouds\. /;
    let refused: Outcome | undefined;
    await expect
      .poll(async () => (refused = await sandbox.run(["stop"])).stderr, { timeout: 60_000 })
      .toMatch(using);
    expect(refused?.status).toBe(3);
    expect(refused?.stderr).toContain(
      "Nothing was stopped. Wait for its end, or stop it with Ctrl-C where it runs; without waiting: bin/sandbox stop --force\n",
    );
    expect(await sandbox.run(["reset"])).toMatchObject({ status: 3 });
    await expect.poll(async () => (await status()).running, { timeout: 60_000 }).toBe(true);
    const forced = await sandbox.run(["stop", "--force"]);
    expect(forced).toMatchObject({ status: 0, stdout: "Stopped.\n" });
    expect(forced.stderr).toMatch(/ uses these clouds\. Its next call to them fails\.\n$/);
    // Not the program alone that started it: the command would hold its output open for a minute.
    process.kill(Number(using.exec(forced.stderr)?.[1]), "SIGKILL");
    await once(child, "close");
    expect(await sandbox.run(["stop"])).toEqual({ status: 0, stdout: "Nothing ran.\n", stderr: "" });
    await sandbox.run(["true"]);
  });

  it.each([
    [["no-such-command"], "There is no command no-such-command. See: bin/sandbox --help\n"],
    [["--no-such-option"], "There is no option --no-such-option. See: bin/sandbox --help\n"],
    [["status", "--xml"], "bin/sandbox status takes --json or nothing, got --xml.\n"],
    [["logs", "nobody"], "Nothing has run as nobody.\nThere is:\n  clouds\n"],
  ])("answers %j with one line and exit status 2", async (words, stderr) => {
    expect(await sandbox.run(words)).toEqual({ status: 2, stdout: "", stderr });
  });

  it("stops, and resets to nothing", async () => {
    expect((await sandbox.run(["stop"])).stdout).toBe("Stopped.\n");
    expect((await status()).running).toBe(false);
    expect(await sandbox.run(["reset"])).toMatchObject({ status: 0 });
    const stacks = await sandbox.run(["pulumi", "stack", "ls", "--json"], { cwd: folder });
    expect(JSON.parse(stacks.stdout)).toEqual([]);
  });
});
