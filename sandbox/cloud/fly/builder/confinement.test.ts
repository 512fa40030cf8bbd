import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { openProcessKeeper } from "../../process-keeper.ts";
import { buildImage, rootfsOf } from "./build.ts";
import { type Confinement, type NotConfined, openConfinement } from "./confinement.ts";
import { makeRunCommand } from "./run-command.ts";

const shared = await mkdtemp(join(tmpdir(), "atlaris-confined-"));
const here = await openConfinement(shared);
afterAll(() => rm(shared, { recursive: true, force: true }));

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "atlaris-confined-build-"));
  for (const folder of ["layers", "images", "work", "run", "logs", "context"])
    await mkdir(join(home, folder));
  await writeFile(
    join(home, "context", "package.json"),
    '{ "name": "tool", "version": "1.0.0", "bin": "tool.js" }',
  );
  await writeFile(join(home, "context", "tool.js"), '#!/usr/bin/env node\nconsole.log("a tool");\n');
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Builds an image; returns where its files are. */
async function build(lines: string, confinement: Confinement | NotConfined = here): Promise<string> {
  const folders = { layers: join(home, "layers"), images: join(home, "images"), work: join(home, "work") };
  const processes = openProcessKeeper(join(home, "run"), join(home, "logs"));
  const runCommand = makeRunCommand({ processes, home, confinement: () => Promise.resolve(confinement) });
  const { digest } = await buildImage(
    { dockerfile: `FROM node:24-slim\n${lines}`, buildArgs: {}, contextFolder: join(home, "context") },
    folders,
    runCommand,
    () => undefined,
    new AbortController().signal,
  );
  expect(await readdir(folders.work)).toEqual([]);
  return rootfsOf(folders, digest);
}

// Linux with user namespaces; elsewhere the second group of tests is what holds.
describe.runIf("prepare" in here)("a RUN on a machine that can confine it", () => {
  it("finds nothing of the machine at an absolute path, and changes the image alone", async () => {
    // Not below /dev, where a test run's folder may be: an image has a /dev of its own, which is not kept.
    const victim = await mkdtemp("/var/tmp/atlaris-victim-");
    onTestFinished(() => rm(victim, { recursive: true, force: true }));
    await writeFile(join(victim, "file"), "precious");
    const rootfs = await build(
      `RUN rm -rf ${victim} && mkdir -p ${victim} && echo of the image > ${victim}/file\n` +
        `RUN echo more >> ${victim}/file; echo x > /etc/of-the-image; ! echo b > /proc/sysrq-trigger\n`,
    );
    expect(await readFile(join(victim, "file"), "utf8")).toBe("precious");
    expect(await readFile(join(rootfs, victim, "file"), "utf8")).toBe("of the image\nmore\n");
    expect(existsSync("/etc/of-the-image")).toBe(false);
    expect(await readFile(join(rootfs, "etc/of-the-image"), "utf8")).toBe("x\n");
  });

  it("deletes a program of the base image for later steps, and for nothing else", async () => {
    const rootfs = await build(
      "RUN rm -rf /usr/local/lib/node_modules/npm /usr/bin/env\n" +
        "RUN test ! -e /usr/local/lib/node_modules/npm && test ! -e /usr/bin/env && node --version > /version\n",
    );
    expect(await readFile(join(rootfs, "version"), "utf8")).toBe(`${process.version}\n`);
    expect(existsSync("/usr/bin/env")).toBe(true);
    expect(await readdir(rootfs)).toEqual(["usr", "version"]);
  });

  it("installs globally into the image, and copies from an absolute path", async () => {
    const rootfs = await build(
      "WORKDIR /src\nCOPY . .\nRUN npm install --global --offline --no-audit --no-fund .\nRUN mkdir /out && tool > /out/text\n" +
        "RUN corepack --version > /out/corepack || true; chown -R node:node /out && id -u > /out/user\n" +
        "FROM node:24-slim\nCOPY --from=0 /out /app\n",
    );
    expect(await readFile(join(rootfs, "app", "text"), "utf8")).toBe("a tool\n");
    expect(await readFile(join(rootfs, "app", "user"), "utf8")).toBe("0\n");
  });

  it("has its mounts while it runs, all of them, and none of them in the image", async () => {
    const rootfs = await build(
      "WORKDIR /w\n" +
        "RUN --mount=type=cache,target=/cache/a --mount=type=cache,id=b,target=/cache/b echo 1 > /cache/a/x; echo 2 > /cache/b/x\n" +
        "RUN --mount=type=secret,id=none,target=/secrets/npmrc --mount=type=bind,source=package.json,target=package.json " +
        "--mount=type=tmpfs,target=/scratch --mount=type=cache,target=/other,id=b " +
        "cat package.json /other/x > found; ! test -e /secrets/npmrc; ! sh -c 'echo > package.json'; echo 1 > /scratch/x\n",
    );
    expect(await readdir(rootfs)).toEqual(["w"]);
    expect(await readdir(join(rootfs, "w"))).toEqual(["found"]);
    expect(await readFile(join(rootfs, "w", "found"), "utf8")).toMatch(/"name": "tool".*2\n$/s);
  });

  it("runs again when a bound file has changed", async () => {
    const lines = "WORKDIR /w\nRUN --mount=type=bind,source=tool.js,target=/t.js cat /t.js > found\n";
    await build(lines);
    await writeFile(join(home, "context", "tool.js"), "changed");
    expect(await readFile(join(await build(lines), "w", "found"), "utf8")).toBe("changed");
  });
});

describe("a RUN on a machine that cannot confine it", () => {
  const open: NotConfined = { reason: "no user namespaces" };

  it("runs in the image's folder", async () => {
    const rootfs = await build("WORKDIR /w\nCOPY tool.js ./\nRUN node tool.js > text 2>/dev/null\n", open);
    expect(await readFile(join(rootfs, "w", "text"), "utf8")).toBe("a tool\n");
  });

  it.each([
    ["rm -rf /usr/local/lib/node_modules/npm", "/usr/local/lib/node_modules/npm"],
    ["pnpm deploy --prod /out", "/out"],
    ["npm config set --location=user prefix=/opt/x", "/opt/x"],
    ["cd ../.. && rm -rf x", "../.."],
    ["rm -rf ~/.cache", "the home folder"],
    ["corepack enable", "corepack enable"],
    ["npm install -g pnpm", "a global installation"],
    ["apt-get update && apt-get install -y tini", "a package manager of the system"],
  ])("is refused for %j, and nothing is changed", async (command, named) => {
    const building = build(`WORKDIR /w\nRUN ${command}\n`, open);
    await expect(building).rejects.toThrow(
      `it is about ${named}, outside of the image's working directory, and this machine cannot confine it (no user namespaces)`,
    );
  });

  it("is refused for a bind, which needs a mount", async () => {
    const building = build("RUN --mount=type=bind,target=/context ls\n", open);
    await expect(building).rejects.toThrow("it is about /context");
  });
});
