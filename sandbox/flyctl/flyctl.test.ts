import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readDuration, readFlags } from "./arguments.ts";
import { readIgnoreFile } from "./docker-ignore.ts";
import { readFlyToml } from "./fly-toml.ts";
import { machineConfigFor, processGroups } from "./machine-config.ts";

const folder = mkdtempSync(join(tmpdir(), "atlaris-fly-toml-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function flyToml(text: string): ReturnType<typeof readFlyToml> {
  const file = join(folder, "fly.toml");
  writeFileSync(file, text);
  return readFlyToml(file);
}

it("makes of fly.toml the machine config that flyctl makes of it, for each process group", () => {
  const config = flyToml(`app = "a"
primary_region = "fra"
kill_signal = "SIGTERM"
kill_timeout = 30
swap_size_mb = 512
[env]
N = 1
[processes]
web = "node web.mjs 'two words'"
worker = "node worker.mjs"
[http_service]
internal_port = 3000
processes = ["web"]
[[http_service.checks]]
path = "/ok"
interval = "5s"
[checks.health]
type = "http"
port = 8080
path = "/health"
grace_period = "15s"
processes = ["worker"]
[checks.health.headers]
Host = "x"
[[restart]]
policy = "never"
processes = ["web"]
[[restart]]
policy = "always"
retries = 3
processes = ["worker"]
[[vm]]
size = "shared-cpu-2x"
processes = ["worker"]
`);
  expect(processGroups(config)).toEqual(["web", "worker"]);
  const release = { id: "r", version: 7 };
  const worker = machineConfigFor(config, "worker", "registry.fly.io/a:x", release, { E: "2" });
  expect(worker).toEqual({
    image: "registry.fly.io/a:x",
    env: { N: "1", E: "2", FLY_PROCESS_GROUP: "worker", PRIMARY_REGION: "fra" },
    init: { cmd: ["node", "worker.mjs"], swap_size_mb: 512 },
    metadata: {
      fly_flyctl_version: "0.0.0-sandbox",
      fly_platform_version: "v2",
      fly_process_group: "worker",
      fly_release_id: "r",
      fly_release_version: "7",
    },
    guest: { cpu_kind: "shared", cpus: 2, memory_mb: 512 },
    checks: {
      health: {
        type: "http",
        port: 8080,
        path: "/health",
        grace_period: "15s",
        headers: [{ name: "Host", values: ["x"] }],
      },
    },
    stop_config: { signal: "SIGTERM", timeout: "30s" },
    restart: { policy: "always", max_retries: 3 },
  });
  const web = machineConfigFor(config, "web", "i", release, {});
  expect(web["init"]).toMatchObject({ cmd: ["node", "web.mjs", "two words"] });
  expect(web["restart"]).toEqual({ policy: "no" });
  expect(web.services?.[0]).toMatchObject({
    internal_port: 3000,
    checks: [{ type: "http", port: 3000, path: "/ok", interval: "5s" }],
  });
  const guest = { cpus: 4 };
  expect(machineConfigFor(config, "web", "i", release, {}, { ...web, guest })["guest"]).toBe(guest);
});

it("refuses every key of fly.toml that is misspelt, wherever it stands", () => {
  expect(() =>
    flyToml(
      `kill_signl = "x"\n[checks.health]\npaht = "/"\n[[vm]]\nsise = "x"\n[http_service]\n[[http_service.checks]]\nurl = "/"\n`,
    ),
  ).toThrow("kill_signl, vm.sise, http_service.checks.url, checks.health.paht");
});

it("leaves the image's own command where a process has none, and takes what changes no machine", () => {
  const config = flyToml(
    `[experimental]\nauto_rollback = true\n[build]\nbuild-target = "run"\n[build.args]\nA = 1\n[processes]\napp = ""\n` +
      `[[services]]\n[[services.tcp_checks]]\nrestart_limit = 0\n`,
  );
  expect(config).toMatchObject({ buildTarget: "run", buildArgs: { A: "1" } });
  const machine = machineConfigFor(config, "app", "i", { id: "r", version: 1 }, {});
  expect(machine["init"]).toEqual({});
});

it("reads .dockerignore: the last pattern that fits decides, and parents count", () => {
  const ignored = readIgnoreFile(
    "# all but\n*\n!src\n!/package.json\nsrc/**/*.test.ts\n**/node_modules\n!src/keep/node_modules/x\n",
  );
  const kept = (path: string): boolean => !ignored(path);
  expect(
    ["src/a.ts", "src/deep/er/a.ts", "package.json", "src/keep/node_modules/x"].filter(kept),
  ).toHaveLength(4);
  expect(
    [
      "README.md",
      "src/a.test.ts",
      "src/x/y/a.test.ts",
      "src/node_modules/p/i.js",
      "infra/package.json",
    ].filter(kept),
  ).toEqual([]);
});

it("reads flags as flyctl does and names what it does not know", () => {
  const flags = {
    env: { kind: "list", short: "e" },
    ha: { kind: "switch" },
    app: { kind: "text", short: "a" },
  } as const;
  const given = readFlags(["-e", "A=1", "--env=B=2", "--ha=false", "-a", "x"], flags, false);
  expect([given.list("env"), given.isOn("ha", true), given.text("app")]).toEqual([
    ["A=1", "B=2"],
    false,
    "x",
  ]);
  expect(() => readFlags(["--app"], flags, false)).toThrow("flag needs an argument: --app");
  expect(() => readFlags(["extra"], flags, false)).toThrow('accepts 0 arg(s), received "extra"');
  expect([readDuration("t", "90"), readDuration("t", "1m30s")]).toEqual([90_000, 90_000]);
});
