import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { buildWebOutput } from "./build-output.ts";

const project = mkdtempSync(join(tmpdir(), "shop-build-output-"));
afterAll(() => rmSync(project, { recursive: true, force: true }));

it("gives the build the web's plain variables, and nothing else of this process", async () => {
  vi.stubEnv("VERCEL_API_TOKEN", "token-of-vercel");
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ scripts: { "build:web": "node build.cjs" } }),
  );
  writeFileSync(
    join(project, "build.cjs"),
    `const { mkdirSync, writeFileSync } = require("node:fs");
     const out = process.argv[process.argv.indexOf("--out") + 1];
     mkdirSync(out, { recursive: true });
     const { NEXT_PUBLIC_SITE, PATH, VERCEL_API_TOKEN } = process.env;
     writeFileSync(out + "/page.json", JSON.stringify({ NEXT_PUBLIC_SITE, isPath: PATH !== "own", VERCEL_API_TOKEN }));`,
  );
  const variables = { NEXT_PUBLIC_SITE: "https://a.example", PATH: "own" };
  const [page] = await buildWebOutput({ project, limitMilliseconds: 60_000, variables }).finally(() =>
    vi.unstubAllEnvs(),
  );
  expect(page?.file).toBe(".vercel/output/page.json");
  expect(JSON.parse(String(page?.content))).toEqual({ NEXT_PUBLIC_SITE: "https://a.example", isPath: true });
});
