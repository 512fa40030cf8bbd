import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { choosePlugins } from "./plugins.ts";
import type { OfficialTool } from "./official-tools.ts";
import { cachedTool, getOfficialTools, officialTools, wantedTools } from "./official-tools.ts";

let archive: Buffer;
let downloads: number;
const server = createServer((request, response) => {
  downloads += 1;
  if (request.url === "/gone") response.writeHead(404).end();
  else response.writeHead(200).end(archive);
});
let cache: string;
let said: string[];
const progress = {
  say: (line: string) => void said.push(line),
  during: <T>(_what: () => string, work: () => Promise<T>): Promise<T> => work(),
};
const toolAt = (path: string, sha256 = createHash("sha256").update(archive).digest("hex")): OfficialTool => {
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}${path}`;
  return {
    name: "flyctl",
    version: "1.2.3",
    executable: "flyctl",
    archives: { "linux-x64": { url, sha256 } },
  };
};
const get = (tool: OfficialTool, platform = "linux-x64"): Promise<void> =>
  getOfficialTools(cache, progress, [tool], platform);

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "official-"));
  writeFileSync(join(folder, "flyctl"), "#!/bin/sh\necho official\n");
  execFileSync("tar", ["-czf", join(folder, "a.tar.gz"), "-C", folder, "flyctl"]);
  archive = readFileSync(join(folder, "a.tar.gz"));
  rmSync(folder, { recursive: true });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "official-cache-"));
  [said, downloads] = [[], 0];
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

describe("a vendor's own tool", () => {
  it("is downloaded once, and runs from the cache", async () => {
    const tool = toolAt("/flyctl.tar.gz");
    await get(tool);
    await get(tool);
    expect(downloads).toBe(1);
    expect(execFileSync(cachedTool(tool, cache) ?? "", { encoding: "utf8" })).toBe("official\n");
    expect(said).toEqual([`Getting official flyctl 1.2.3 (once a machine, kept in ${cache})`]);
  });

  it.each<[string, () => OfficialTool, string, RegExp]>([
    [
      "its archive has another digest",
      () => toolAt("/flyctl.tar.gz", "0".repeat(64)),
      "linux-x64",
      /has the digest [0-9a-f]{64}, expected 0{64}\)/,
    ],
    ["it is not there", () => toolAt("/gone"), "linux-x64", /\/gone answers 404\)/],
    [
      "no digest is known for this machine",
      () => toolAt("/flyctl.tar.gz"),
      "sunos-sparc",
      /\(no digest of it is known for sunos-sparc\)/,
    ],
    [
      "its host does not answer",
      () => ({ ...toolAt("/"), archives: { "linux-x64": { url: "http://127.0.0.1:1/x", sha256: "" } } }),
      "linux-x64",
      /\(127\.0\.0\.1:1 does not answer: [^)]+\)/,
    ],
  ])("is not used where %s, and a line reports it", async (_name, tool, platform, reason) => {
    await get(tool(), platform);
    expect(cachedTool(tool(), cache)).toBeUndefined();
    // Nothing of it is left.
    expect(readdirSync(cache)).toEqual([]);
    expect(said.at(-1)).toMatch(/^ {2}no official flyctl 1\.2\.3 \(.*; the sandbox's own runs instead$/);
    expect(said.at(-1)).toMatch(reason);
  });

  it.each<[string | undefined, readonly string[]]>([
    [undefined, []],
    ["", []],
    ["github", ["github"]],
    ["github,flyctl", ["flyctl", "github"]],
    ["official", ["flyctl", "github"]],
  ])("is used where SANDBOX_TOOLS names it: %s", (value, names) => {
    expect(wantedTools({ SANDBOX_TOOLS: value }).map(({ name }) => name)).toEqual(names);
  });

  it("is not used by any other name", () => {
    expect(() => wantedTools({ SANDBOX_TOOLS: "offical,github" })).toThrow(
      "SANDBOX_TOOLS takes flyctl, github, official, and got offical.",
    );
  });

  it("is the plugin that the engine starts, once it is in the cache", async () => {
    const environment = { ROLLOUT_CACHE: cache, PULUMI_HOME: join(cache, "none"), SANDBOX_TOOLS: "official" };
    const github = (): unknown =>
      choosePlugins("/toolchain", environment).find(({ name }) => name === "github");
    expect(github()).toMatchObject({ origin: "emulator" });
    const [, plugin] = officialTools;
    if (!plugin) expect.fail("github is no official tool");
    await get({ ...toolAt("/flyctl.tar.gz"), name: plugin.name, version: plugin.version });
    writeFileSync(join(cache, "github-6.15.0-official", plugin.executable), "");
    expect(github()).toMatchObject({ origin: "official", path: cachedTool(plugin, cache) });
  });
});
