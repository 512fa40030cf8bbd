import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ReleaseOrder } from "./release.ts";
import { release } from "./release.ts";

const pinned = `registry.fly.io/worker:content-1@sha256:${"a".repeat(64)}`;
let folder: string;

/** A program on the PATH in flyctl's place, which writes down its `--image` and then runs the lines. */
function flyctlThat(lines: string): void {
  writeFileSync(
    join(folder, "flyctl"),
    `#!/bin/sh\ntest "$1" = deploy || exit 0\necho "$*" >> '${folder}/commands'\nwhile [ "$1" != --image ]; do shift; done\necho "$2" >> '${folder}/images'\n${lines}\n`,
    { mode: 0o755 },
  );
}

const images = (): readonly string[] => readFileSync(join(folder, "images"), "utf8").trim().split("\n");

const deploy = (more: Partial<ReleaseOrder> = {}): Promise<void> =>
  release(
    {
      ...{ app: "worker", config: "fly.toml", configText: 'app = "worker"\n' },
      ...{ image: pinned, strategy: "rolling", waitSeconds: 60 },
      ...more,
    },
    { baseUrl: "http://127.0.0.1:9", token: "t" },
  );

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shop-release-"));
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it("deploys an image by its digest", async () => {
  flyctlThat("exit 0");
  await deploy();
  expect(images()).toEqual([pinned]);
});

it("replaces no more machines at once than the order allows, and as many as flyctl does where it names no number", async () => {
  flyctlThat("exit 0");
  await deploy({ maxUnavailable: 1 });
  await deploy();
  const [limited, usual] = readFileSync(join(folder, "commands"), "utf8").split("\n");
  expect(limited).toContain("--strategy rolling --max-unavailable 1 ");
  expect(usual).not.toContain("--max-unavailable");
});

it("deploys it by its tag where Fly does not find the pinned reference", async () => {
  flyctlThat(`case "$2" in *@*) echo 'Error: could not find image "'"$2"'"' >&2; exit 1;; esac`);
  await deploy();
  expect(images()).toEqual([pinned, "registry.fly.io/worker:content-1"]);
});

it("waits for a lease that a killed flyctl left on a machine", async () => {
  flyctlThat(
    `test -e '${folder}/left' && exit 0; touch '${folder}/left'; ` +
      "echo 'Error: failed to acquire leases: failed to get lease on VM 1: aborted: machine ID 1 lease currently held by a@b' >&2; exit 1",
  );
  await deploy();
  expect(images()).toEqual([pinned, pinned]);
});

it("waits for the lease of a machine that a killed flyctl created, which lasts as long as a deployment may take", async () => {
  const left = join(folder, "left");
  flyctlThat(
    `test -e '${left}' && exit 0; touch '${left}'; echo 'Error: failed to acquire leases: lease currently held by a@b' >&2; exit 1`,
  );
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + (existsSync(left) ? 100_000 : 0));
  await deploy();
  expect(images()).toEqual([pinned, pinned]);
});

it("does not repeat a deployment that failed otherwise", async () => {
  flyctlThat("echo 'Error: the machines did not start' >&2; exit 1");
  await expect(deploy()).rejects.toThrow("the machines did not start");
  expect(images()).toEqual([pinned]);
});
