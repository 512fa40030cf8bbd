import { execFileSync, spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { apart, apartNote, notApart } from "./apart.ts";
import { machineVariables } from "./machine-variables.ts";
import { runCommand } from "./run-command.ts";

/** As a release's code would look for what others have. */
const look = "cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; echo looked";
const secret = "FLY_API_TOKEN=fo1_of_the_rollout";

/** Runs a command below a process that has the secret; the command itself does not. */
function below(words: readonly string[]): string {
  const script = `const { spawnSync } = require("node:child_process");
    const [command, ...rest] = ${JSON.stringify(words)};
    spawnSync(command, rest, { stdio: "inherit", env: { PATH: process.env.PATH } });`;
  const [name = "", value = ""] = secret.split("=");
  return execFileSync(process.execPath, ["-e", script], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], [name]: value },
  });
}

it.runIf(process.platform === "linux")(
  "a child of the same user reads the environment of the rollout",
  () => {
    expect(below(["sh", "-c", look])).toContain(secret);
  },
);

it.runIf(notApart() === undefined)(
  "one that is kept apart sees no other process, and works as before",
  () => {
    const printed = below(apart("sh", ["-c", look]));
    expect(printed).toContain("looked");
    expect(printed).not.toContain(secret);
    const [command, ...words] = apart("sh", ["-c", "exit 7"]);
    expect(spawnSync(command, words).status).toBe(7);
  },
);

it.runIf(notApart() === undefined)("is killed with all that it started", async () => {
  const abort = new AbortController();
  const signal = abort.signal;
  const running = runCommand("sh", ["-c", "sleep 600 & sleep 600"], {
    ...{ signal, limitMilliseconds: 60_000, isForeign: true },
    variables: { MARK: "kept-apart" },
  });
  const alive = (): boolean =>
    execFileSync("sh", ["-c", look], { encoding: "utf8" }).includes("MARK=kept-apart");
  await expect.poll(alive, { timeout: 10_000 }).toBe(true);
  abort.abort(new Error("another step failed"));
  await expect(running).rejects.toThrow("another step failed");
  await expect.poll(alive, { timeout: 10_000 }).toBe(false);
});

it("reports where it cannot be kept apart", () => {
  const note = apartNote();
  if (notApart() === undefined) expect(note).toBeUndefined();
  else expect(note).toContain("could read its tokens in /proc");
});

it("hands on no token with what a command needs of the machine", () => {
  const given = {
    ...{ PATH: "/bin", HOME: "/root", https_proxy: "http://proxy", npm_config_cache: "/cache" },
    ...{ NEON_API_KEY: "n", FLY_API_TOKEN: "f", PULUMI_CONFIG_PASSPHRASE: "p", GITHUB_TOKEN: "g" },
    ...{
      npm_config__auth: "a",
      npm_config__authToken: "t",
      npm_config_password: "w",
      NODE_OPTIONS: "--import x",
    },
  };
  expect(machineVariables(given)).toEqual({
    ...{ PATH: "/bin", HOME: "/root", https_proxy: "http://proxy", npm_config_cache: "/cache" },
    NO_COLOR: "1",
  });
});
