import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { noteReached } from "../rollout/this-run.ts";
import { providerAt } from "./dispatch.ts";
import { isGivenUp } from "../dynamic/given-up.ts";

let folder: string;
/** Fly's, whose registry has no image. */
const fly = createServer((_request, response) => void response.end('{"data":{"app":{"image":null}}}'));

/** A flyctl that builds until it is interrupted. */
const endless = `#!/bin/sh
trap 'touch told; exit 130' INT
touch building
while :; do sleep 0.05; done
`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "shop-given-up-"));
  await new Promise<void>((resolve) => void fly.listen(0, "127.0.0.1", resolve));
  const program = endless
    .replace("touch told", `touch ${join(folder, "told")}`)
    .replace("touch building", `touch ${join(folder, "building")}`);
  await writeFile(join(folder, "flyctl"), program);
  await chmod(join(folder, "flyctl"), 0o755);
  for (const name of ["NEON_API_KEY", "FLY_API_TOKEN", "VERCEL_API_TOKEN", "GITHUB_TOKEN"])
    vi.stubEnv(name, "t");
  vi.stubEnv("FLY_API_BASE_URL", `http://127.0.0.1:${String((fly.address() as AddressInfo).port)}`);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  fly.closeAllConnections();
  fly.close();
  await rm(folder, { recursive: true, force: true });
});

it("an image is given up once another step has failed: only the rollback would wait for it", async () => {
  for (const step of ["rollout/gate", "rollout/attempt"]) noteReached(step);
  const image = { app: "worker", config: "c", dockerfile: "d", label: "content-1", waitSeconds: 600 };
  const building = providerAt("fly/image")
    .create(image)
    .then(
      () => "built",
      (error: unknown) => (error as Error).message,
    );
  await vi.waitUntil(() => existsSync(join(folder, "building")), { timeout: 60_000 });
  const failing = {
    apiUrl: "http://127.0.0.1:1",
    databaseUrl: "",
    apiKey: "",
    protectionBypass: "",
    live: {},
  };
  await expect(providerAt("rollout/smoke").create(failing)).rejects.toThrow();

  expect(isGivenUp([await building])).toBe(true);
  expect(existsSync(join(folder, "told"))).toBe(true);
});
