import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const checkout = join(import.meta.dirname, "..");

function run(...words: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  // Without the set-up of bin/rollout, which may install packages.
  const start = `require("zod"); require("tsx/cjs"); require("./cli/main.ts").main(process.argv.slice(1), process.env).then((status) => (process.exitCode = status));`;
  const options = { cwd: checkout, encoding: "utf8", timeout: 60_000 } as const;
  return spawnSync(process.execPath, ["-e", start, "--", ...words], options);
}

describe("bin/rollout", { timeout: 60_000 }, () => {
  it.each([
    [
      ["rolback", "--stack", "staging"],
      "There is no command rolback. Did you mean: bin/rollout rollback --stack staging. See: bin/rollout --help",
    ],
    [["deploy"], "There is no command deploy. Use: bin/rollout up --stack STACK"],
    [["logz"], "Did you mean: bin/rollout logs"],
    [["xyzzyx"], "There is no command xyzzyx. There is: up, adopt, rollback"],
    [
      ["metrics", "--stack", "staging", "--listen", "all"],
      "--listen is all; expected a port such as 9464, or HOST:PORT",
    ],
    [["metrics", "--stack", "staging", "--listen", "99999"], "--listen is 99999; expected a port"],
    [["metrics", "--stack", "staging", "--without", "aws"], "--without takes record, lease, fly,"],
    [["up", "staging"], "Did you mean: bin/rollout up --stack staging\n"],
    [["up", "--stak", "staging"], "Did you mean: bin/rollout up --stack staging\n"],
    [["rotate", "smoke-test-key", "prod"], "Did you mean: bin/rollout rotate smoke-test-key --stack prod\n"],
  ])("%j names the command that was meant", (words, message) => {
    const { status, stdout, stderr } = run(...words);
    expect(stderr).toContain(message);
    expect([status, stdout]).toEqual([2, ""]);
  });

  it("prints one JSON object for a mistake, where it is to print JSON", () => {
    const { status, stdout, stderr } = run("up", "staging", "--json");
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "end",
      result: "unusable",
      errors: [expect.stringContaining("Did you mean: bin/rollout up --json --stack staging") as string],
    });
    expect(stderr).toContain("bin/rollout up");
  });

  it.skipIf(!existsSync("/dev/full"))(
    "reports that its output could not be written, as on a full disk",
    () => {
      const { status, stderr } = spawnSync("/bin/sh", ["-c", "bin/rollout --help > /dev/full"], {
        cwd: checkout,
        encoding: "utf8",
        timeout: 60_000,
      });
      expect(stderr).toBe("The output could not be written: ENOSPC: no space left on device, write\n");
      expect(status).toBe(1);
    },
  );

  it("runs from a folder of the checkout too", () => {
    const shown = execFileSync("../bin/rollout", ["--help"], {
      cwd: join(checkout, "docs"),
      encoding: "utf8",
    });
    expect(shown).toContain("bin/rollout COMMAND --stack STACK");
  });
});
