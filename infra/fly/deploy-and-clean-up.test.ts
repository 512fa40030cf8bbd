import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useTestApi } from "../shared/test-api.ts";
import { openFly } from "./client.ts";
import { deployAndCleanUp } from "./deploy-and-clean-up.ts";

let folder: string;
let regions: readonly string[];

const { access } = useTestApi(() => ({
  status: 200,
  body: regions.map((region, at) => ({
    ...{ id: `m${String(at)}`, region, state: "started", checks: [{ name: "health", status: "passing" }] },
    config: { metadata: { fly_platform_version: "v2" } },
  })),
}));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shop-deploy-"));
  writeFileSync(join(folder, "flyctl"), `#!/bin/sh\necho "$*" >> '${folder}/commands'\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** What flyctl is asked for where the app has machines in these regions. */
async function deployment(...where: readonly string[]): Promise<string> {
  regions = where;
  await deployAndCleanUp(
    {
      ...{ app: "worker", config: "fly.toml", configText: 'app = "worker"\n', image: "images:1" },
      ...{ strategy: "rolling", waitSeconds: 5 },
    },
    { access, note: () => undefined },
    openFly(access),
  );
  const commands = readFileSync(join(folder, "commands"), "utf8").split("\n");
  return commands.findLast((each) => each.startsWith("deploy ")) ?? "";
}

it("keeps a machine at work in each region that has two, and leaves the number to flyctl in one region", async () => {
  expect(await deployment("fra", "cdg", "fra", "cdg")).toContain(" --max-unavailable 1 ");
  expect(await deployment("fra", "fra", "fra", "fra")).not.toContain("--max-unavailable");
});
