import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testComposition } from "./test-attempt.ts";
import { commitsOf, requireDeclared, requireOrdinary, withTodaysAddresses } from "./recorded-variables.ts";

describe("the variables of a recorded release", () => {
  it("are its own but for addresses, which are today's", () => {
    const recorded = {
      web: { COLOR: "old", API_BASE_URL: "https://elsewhere" },
      workers: { MODEL: "old", MODEL_BASE_URL: "https://elsewhere" },
    };
    const today = { web: { COLOR: "new" }, workers: { MODEL: "new", MODEL_BASE_URL: "https://here" } };
    expect(withTodaysAddresses(recorded, today)).toEqual({
      web: { COLOR: "old" },
      workers: { MODEL: "old", MODEL_BASE_URL: "https://here" },
    });
  });

  it.each(["NODE_OPTIONS", "LD_PRELOAD", "PATH", "HTTPS_PROXY", "GIT_SSH_COMMAND", "lower", "A=B"])(
    "run nothing here where one of them is %s",
    (name) => {
      expect(() => requireOrdinary({ web: {}, workers: { [name]: "x" } })).toThrow(
        `the live release has the variables ${name} on record`,
      );
    },
  );

  it("run where all are the application's", () => {
    expect(() =>
      requireOrdinary({ web: { FEATURE_FLAGS: "{}" }, workers: { OPENAI_MODEL: "m" } }),
    ).not.toThrow();
  });
});

describe("a variable of a recorded release", () => {
  let clone = "";
  let [first, later] = ["", ""];
  const git = (...words: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...words], {
      cwd: clone,
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  const commit = (declaration: string, settings: string): string => {
    writeFileSync(join(clone, "Pulumi.yaml"), "name: shop\n");
    writeFileSync(join(clone, "rollout.config.ts"), declaration);
    writeFileSync(join(clone, "Pulumi.staging.yaml"), settings);
    git("add", "--all");
    git("commit", "--quiet", "--message", "next");
    return git("rev-parse", "HEAD");
  };
  beforeAll(() => {
    clone = mkdtempSync(join(tmpdir(), "declared-"));
    git("init", "--quiet");
    first = commit("web: { OLD_COLOR: shop.color }", "rollout:variables: { web: { OLD_SITE: a } }");
    later = commit("web: { COLOR: shop.color }", "");
  });
  afterAll(() => rmSync(clone, { recursive: true, force: true }));

  const files = ["rollout.config.ts", "Pulumi.staging.yaml"];
  const require = (names: readonly string[], commits: readonly string[]): Promise<void> =>
    requireDeclared(
      { web: Object.fromEntries(names.map((name) => [name, "x"])), workers: {} },
      {
        ...{ today: { web: { COLOR: "red" }, workers: { MODEL: "m" } }, commits, files, clone },
        signal: AbortSignal.timeout(60_000),
      },
    );

  it("runs where the settings of today give one of its name, or a commit of the release named it", async () => {
    await expect(require(["COLOR"], ["0".repeat(40)])).resolves.toBeUndefined();
    await expect(require(["OLD_COLOR", "OLD_SITE", "COLOR"], [first])).resolves.toBeUndefined();
  });

  it.each(["DEBUG_HOOK", "COLO", "MODEL", "npm_config_registry"])(
    "does not run when it is %s",
    async (name) => {
      await expect(require(["COLOR", "OLD_COLOR", name], [first])).rejects.toThrow(
        `the record gives the release the variables ${name}, which neither today's settings name nor rollout.config.ts or ` +
          `Pulumi.staging.yaml of ${first.slice(0, 12)}`,
      );
    },
  );

  it("does not run where only another commit named it, or one that this clone lacks", async () => {
    await expect(require(["OLD_COLOR"], [later])).rejects.toThrow("the variables OLD_COLOR, which neither");
    await expect(require(["OLD_COLOR"], ["0".repeat(40)])).rejects.toThrow(
      "whether it declared them cannot be seen: its commit 000000000000 is not in this clone: git fetch --unshallow",
    );
  });

  it("may be named by the commit of any part of a mixed release", () => {
    const composition = testComposition("a".repeat(40));
    const web = { ...composition.web, commit: `${"b".repeat(40)}-dirty-0123456789ab` };
    expect(commitsOf({ ...composition, web }, "c".repeat(40))).toEqual(
      ["c", "b", "a"].map((each) => each.repeat(40)),
    );
  });
});
