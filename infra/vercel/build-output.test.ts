import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { digestOfPaths } from "../shared/digest-of-paths.ts";
import { buildWebOutput } from "./build-output.ts";

const project = mkdtempSync(join(tmpdir(), "shop-build-output-"));
afterAll(() => rmSync(project, { recursive: true, force: true }));

const build = { limitMilliseconds: 60_000, sourceDigest: "digest" };

it("gives the build the web's plain variables, and nothing else of this process", async () => {
  vi.stubEnv("VERCEL_API_TOKEN", "token-of-vercel");
  writeFileSync(
    join(project, "build.cjs"),
    `const { mkdirSync, writeFileSync } = require("node:fs");
     const { ROLLOUT_OUTPUT: out, ROLLOUT_SOURCE_DIGEST, NEXT_PUBLIC_SITE, PATH, VERCEL_API_TOKEN } = process.env;
     writeFileSync(out + "/config.json", JSON.stringify({ version: 3 }));
     const seen = { ROLLOUT_SOURCE_DIGEST, NEXT_PUBLIC_SITE, isPath: PATH !== "own", VERCEL_API_TOKEN };
     writeFileSync(out + "/page.json", JSON.stringify(seen));`,
  );
  const variables = { NEXT_PUBLIC_SITE: "https://a.example", PATH: "own" };
  const [, page] = await buildWebOutput({ ...build, project, command: "node build.cjs", variables }).finally(
    () => vi.unstubAllEnvs(),
  );
  expect(page?.file).toBe(".vercel/output/page.json");
  expect(JSON.parse(String(page?.content))).toEqual({
    ROLLOUT_SOURCE_DIGEST: "digest",
    NEXT_PUBLIC_SITE: "https://a.example",
    isPath: true,
  });
});

it("takes what a command leaves in its own folder, one build after the other and without what was there before", async () => {
  writeFileSync(
    join(project, "slow.cjs"),
    `const { mkdirSync, writeFileSync } = require("node:fs");
     mkdirSync("site/out", { recursive: true });
     writeFileSync("site/out/" + process.env.NAME + ".html", "");
     setTimeout(() => writeFileSync("site/out/config.json", "{}"), 300);`,
  );
  const named = (name: string) =>
    buildWebOutput({
      ...{ ...build, project, command: "node slow.cjs", output: "site/out" },
      variables: { NAME: name },
    });
  const built = await Promise.all([named("one"), named("two")]);
  expect(built.map((files) => files.map(({ file }) => file))).toEqual([
    [".vercel/output/config.json", ".vercel/output/one.html"],
    [".vercel/output/config.json", ".vercel/output/two.html"],
  ]);
});

it("refuses a folder that is no Build Output, and names what to set", async () => {
  await expect(buildWebOutput({ ...build, project, command: "true" })).rejects.toThrow(
    /`true` left no config\.json in the folder of ROLLOUT_OUTPUT: expected .* Set web\.output of rollout\.config\.ts/,
  );
  await expect(
    buildWebOutput({ ...build, project, command: "echo no such page >&2; exit 3" }),
  ).rejects.toThrow("ended with 3: no such page");
});

it("refuses to build declared sources that have changed since the gate accepted them", async () => {
  mkdirSync(join(project, "site-sources"));
  const page = join(project, "site-sources", "page.html");
  const command = `echo '{}' > "$ROLLOUT_OUTPUT/config.json"`;
  const sources = ["site-sources"];
  writeFileSync(page, "as accepted");
  const sourceDigest = await digestOfPaths(project, sources);
  await expect(buildWebOutput({ ...build, project, command, sources, sourceDigest })).resolves.toHaveLength(
    1,
  );
  writeFileSync(page, "changed");
  await expect(buildWebOutput({ ...build, project, command, sources, sourceDigest })).rejects.toThrow(
    `and those of this release are ${sourceDigest.slice(0, 12)}: the tree has changed`,
  );
});

it("refuses what was built of other sources than the gate accepted, before anything is uploaded", async () => {
  const [built, wanted] = ["a".repeat(64), "b".repeat(64)];
  const command = `echo '{}' > "$ROLLOUT_OUTPUT/config.json"; echo out/functions/api.func/index.mjs ${built}`;
  await expect(buildWebOutput({ ...build, project, command, sourceDigest: wanted })).rejects.toThrow(
    /builds sources aaaaaaaaaaaa, and those of this release are bbbbbbbbbbbb: the tree has changed/,
  );
  await expect(buildWebOutput({ ...build, project, command, sourceDigest: built })).resolves.toHaveLength(1);
});
