import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildRelease, rebuildRelease } from "./build-release.ts";
import { CannotBeRebuilt } from "../../shared/files-of-commit.ts";
import { digestOfPaths } from "../../shared/digest-of-paths.ts";
import { runCommand } from "../../shared/run-command.ts";

const checkout = join(import.meta.dirname, "..", "..", "..");
const { signal } = new AbortController();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "shop-build-release-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rebuild = (commit: string, name: string): Promise<unknown> => {
  const origin = (digit: string) => ({ source: digit.repeat(64), commit });
  const origins = { web: origin("1"), worker: origin("2"), mailer: origin("3") };
  // The mailer is of the same sources, and need not be built again.
  const own = { mailer: { file: "mailer", digest: "3".repeat(64) } };
  const build = {
    commands: ['npm run --silent --workspace src build:web -- --out "$ROLLOUT_OUTPUT/web"'],
    files: { web: "web/functions/api.func/index.mjs", workers: "workers/NAME.mjs" },
    sources: { worker: ["src/workers"] },
  };
  return rebuildRelease({ build, origins, own, checkout, folder: join(folder, name), signal }).catch(
    (error: unknown) => error,
  );
};

describe("the release that is live", () => {
  it("is not known where the clone lacks its commit, and the way out is named", async () => {
    const error = await rebuild("f".repeat(40), "unknown");
    expect(error).toBeInstanceOf(CannotBeRebuilt);
    expect((error as Error).message).toContain("is not in this clone: git fetch --unshallow");
  });

  it("is not taken for what its commit builds, unless that has the digests of its record", async () => {
    const head = (
      await runCommand("git", ["rev-parse", "HEAD"], { folder: checkout, limitMilliseconds: 30_000, signal })
    ).trim();
    const error = await rebuild(head, "other");
    expect(error).toBeInstanceOf(CannotBeRebuilt);
    expect((error as Error).message).toMatch(
      /builds something else than its record names \(web sources [0-9a-f]{12} instead of 1{12}, worker sources [0-9a-f]{12} instead of 2{12}\)$/,
    );
  }, 180_000);
});

describe("a release that is built here", () => {
  it("has a file for each part, and the digest of its sources or the one that its build prints", async () => {
    const shop = join(folder, "shop");
    mkdirSync(join(shop, "jobs"), { recursive: true });
    writeFileSync(join(shop, "jobs", "mailer.mjs"), "export default 1;");
    const digest = "a".repeat(64);
    const build = {
      commands: [
        `mkdir -p "$ROLLOUT_OUTPUT/site" && echo "built/site/index.mjs ${digest}"`,
        'mkdir -p "$ROLLOUT_OUTPUT/jobs" && cp jobs/*.mjs "$ROLLOUT_OUTPUT/jobs"',
      ],
      files: { web: "site/index.mjs", workers: "jobs/NAME.mjs" },
      sources: { mailer: ["jobs"] },
    };
    const out = join(shop, "out");
    const bundles = await buildRelease({ checkout: shop, out, build, parts: ["web", "mailer"], signal });
    expect(bundles).toEqual({
      web: { file: join(out, "site/index.mjs"), digest },
      mailer: {
        file: join(out, "jobs/mailer.mjs"),
        digest: await digestOfPaths(shop, ["jobs"]),
      },
    });
  });
});
