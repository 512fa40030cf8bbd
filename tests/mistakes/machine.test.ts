import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { said } from "./said.ts";

const project = join(import.meta.dirname, "..", "..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atlaris-machine-"));
});
afterEach(() => {
  run(["stop"]);
  rmSync(folder, { recursive: true, force: true });
});

/** What the stack file of a checkout calls its repository. */
function repositoryOf(checkout: string): string {
  const { config } = load(readFileSync(join(checkout, "Pulumi.staging.yaml"), "utf8")) as {
    readonly config: Readonly<Record<string, { readonly owner: string; readonly repository: string }>>;
  };
  const { owner = "", repository = "" } = config["rollout:github"] ?? {};
  return `${owner}/${repository}`;
}

/** Runs `bin/sandbox` with this environment on top of a fresh terminal's. */
function run(words: readonly string[], environment: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(project, "bin", "sandbox"), ...words],
    {
      cwd: project,
      env: { HOME: folder, PATH: process.env["PATH"], SANDBOX_HOME: join(folder, "sandbox"), ...environment },
      encoding: "utf8",
      timeout: 100_000,
    },
  );
  const names = { [folder]: "FOLDER", [project]: "CHECKOUT", [repositoryOf(project)]: "OWNER/REPOSITORY" };
  return said({ status, output: stdout + stderr }, names);
}

/** A PATH on which only these programs are. */
function pathWith(...programs: readonly string[]): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const program of programs)
    symlinkSync(
      execFileSync("/bin/sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim(),
      join(bin, program),
    );
  return bin;
}

describe("a machine that does not meet the requirements", { timeout: 120_000 }, () => {
  it("without Go and without a network prints what would help", () => {
    const nowhere = "http://127.0.0.1:9";
    expect(
      run(["pulumi", "version"], {
        PATH: pathWith("node", "git", "sh", "sed", "cmp", "uname", "tar"),
        ROLLOUT_CACHE: join(folder, "cache"),
        ...{ HTTPS_PROXY: nowhere, https_proxy: nowhere, HTTP_PROXY: nowhere, http_proxy: nowhere },
      }),
    ).toMatchInlineSnapshot(`
      "Getting the Pulumi engine 3.276.0 (once a machine, kept in FOLDER/cache)
        no download (get.pulumi.com does not answer); building it from Go modules instead, which takes minutes
      The Pulumi engine 3.276.0 can neither be downloaded nor built: get.pulumi.com does not answer and there is no Go.
      Connect to the network, or install Go (https://go.dev/dl), or put a pulumi 3.276.0 on the PATH, and run the command again.
      exit status 2"
    `);
  });

  it("with a port that another program has taken is reported which and by whom it is wanted", async () => {
    expect(run(["true"], engineOfUser())).toMatch(/exit status 0$/);
    run(["stop"]);
    const file = join(folder, "sandbox", "cloud", "server", "state.json");
    const { named } = JSON.parse(readFileSync(file, "utf8")) as { named: { fly: number } };
    const intruder = createServer();
    await new Promise<void>((resolve) => intruder.listen(named.fly, "127.0.0.1", resolve));
    const told = run(["true"], engineOfUser()).replaceAll(String(named.fly), "PORT");
    await new Promise((resolve) => intruder.close(resolve));
    expect(told).toMatchInlineSnapshot(`
      "The sandbox's clouds did not start. Port PORT, which fly has in this sandbox, is used by another program. Stop that program. bin/sandbox reset chooses another port, and deletes all that the sandbox holds
      exit status 1"
    `);
    expect(run(["true"], engineOfUser())).toMatch(/exit status 0$/);
  });

  it.skipIf(!existsSync("/dev/full"))("with a full disk prints what could not be written", () => {
    expect(run(["true"], engineOfUser())).toMatch(/exit status 0$/);
    run(["stop"]);
    // Every write to this device fails as on a full disk.
    symlinkSync("/dev/full", join(folder, "sandbox", "cloud", "github", "state.json.next"));
    expect(run(["ci", "--pass"], engineOfUser()).replace(/\d+ MB free/, "N MB free")).toMatchInlineSnapshot(`
      "No space was left on the disk of FOLDER/sandbox: it has N MB free now, and a sandbox takes about 400 MB. Free some (df -h FOLDER/sandbox), then run again: bin/sandbox ci --pass
      exit status 1"
    `);
  });
});

/** The engine that this machine has already: getting one is tested elsewhere. */
function engineOfUser(): NodeJS.ProcessEnv {
  const cache =
    process.env["ROLLOUT_CACHE"] ??
    join(process.env["XDG_CACHE_HOME"] ?? join(process.env["HOME"] ?? "", ".cache"), "cloud-rollout");
  return { ROLLOUT_CACHE: cache };
}
