import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openProcessKeeper } from "../../process-keeper.ts";
import { buildImage, type BuildFolders, type BuiltImage, rootfsOf } from "./build.ts";
import { openConfinement } from "./confinement.ts";
import { makeRunCommand } from "./run-command.ts";

let home: string;
let context: string;
let folders: BuildFolders;
let log: string[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "atlaris-build-"));
  context = join(home, "context");
  folders = { layers: join(home, "layers"), images: join(home, "images"), work: join(home, "work") };
  log = [];
  const { layers, images, work } = folders;
  for (const folder of [layers, images, work, join(home, "run"), join(home, "logs"), join(context, "src")])
    await mkdir(folder, { recursive: true });
  await writeFile(join(context, "package.json"), "{}");
  await writeFile(join(context, "src", "a.mjs"), "a");
  await writeFile(join(context, "src", "b.txt"), "b");
});

afterEach(() => rm(home, { recursive: true, force: true }));

function build(
  dockerfile: string,
  buildArgs: Record<string, string> = {},
  target?: string,
): Promise<BuiltImage> {
  const processes = openProcessKeeper(join(home, "run"), join(home, "logs"));
  const runCommand = makeRunCommand({
    ...{ processes, home },
    confinement: () => openConfinement(join(home, "confinement")),
  });
  return buildImage(
    { dockerfile, buildArgs, target, contextFolder: context },
    folders,
    runCommand,
    (line) => log.push(line),
    new AbortController().signal,
  );
}

const twoStages = `FROM node:22 AS build
WORKDIR /build
COPY package.json ./
RUN date +%s%N > installed
COPY src src
RUN cat src/*.mjs > out.mjs
FROM node:22
WORKDIR /app
COPY --from=build /build/out.mjs /build/installed lib/
COPY src/b.txt renamed.txt
ENTRYPOINT ["node"]
CMD ["lib/out.mjs"]
`;

it("takes what a command made in another sandbox of the user, and runs it again once that is gone", async () => {
  const sharedLayers = join(home, "shared");
  const installedIn = async (name: string): Promise<string> => {
    const own = join(home, name);
    folders = {
      layers: join(own, "layers"),
      images: join(own, "images"),
      work: join(own, "work"),
      sharedLayers,
    };
    for (const folder of [folders.layers, folders.images, folders.work])
      await mkdir(folder, { recursive: true });
    const { digest } = await build(twoStages);
    return readFile(join(rootfsOf(folders, digest), "app", "lib", "installed"), "utf8");
  };
  const first = await installedIn("first");
  expect(await installedIn("second")).toBe(first);
  expect(log.filter((line) => line.includes("date +%s%N")).at(-1)).toMatch(/\(cached\)$/);

  await rm(sharedLayers, { recursive: true });
  expect(await installedIn("third")).not.toBe(first);
  // The second one's link leads nowhere, until another build is there.
  await writeFile(join(context, "src", "a.mjs"), "changed");
  expect(await installedIn("second")).not.toBe(first);
});

it("repeats only the steps behind what changed, so that packages are installed once", async () => {
  const first = await build(twoStages);
  const installed = await readFile(join(rootfsOf(folders, first.digest), "app/lib/installed"), "utf8");
  await writeFile(join(context, "src", "a.mjs"), "changed");
  log.length = 0;
  const second = await build(twoStages);
  expect(second.digest).not.toBe(first.digest);
  const app = join(rootfsOf(folders, second.digest), "app");
  expect(await readFile(join(app, "lib/installed"), "utf8")).toBe(installed);
  expect(await readFile(join(app, "lib/out.mjs"), "utf8")).toBe("changed");
  expect(await readFile(join(app, "renamed.txt"), "utf8")).toBe("b");
  expect(log.filter((line) => line.endsWith("(cached)"))).toHaveLength(3);

  await writeFile(join(context, "package.json"), "{ }");
  const third = await build(twoStages);
  expect(await readFile(join(rootfsOf(folders, third.digest), "app/lib/installed"), "utf8")).not.toBe(
    installed,
  );
});

it("gives the same content the same digest, whatever was built in between", async () => {
  const dockerfile = `FROM node:22\nWORKDIR /app\nCOPY src .\n`;
  const first = await build(dockerfile);
  await writeFile(join(context, "src", "a.mjs"), "other");
  await build(dockerfile);
  await writeFile(join(context, "src", "a.mjs"), "a");
  await rm(folders.layers, { recursive: true });
  await mkdir(folders.layers);
  expect((await build(dockerfile)).digest).toBe(first.digest);
  expect(await readdir(folders.images)).toHaveLength(2);
});

it("lets a pattern match nothing, as BuildKit does: an optional lock file", async () => {
  const { digest } = await build("FROM node:22\nWORKDIR /w\nCOPY package.json yarn.lock* *.yaml ./\n");
  expect(await readdir(join(rootfsOf(folders, digest), "w"))).toEqual(["package.json"]);
});

it("keeps labels in the image, and notes what Fly takes from the fly.toml", async () => {
  const dockerfile = "FROM node:22\nLABEL a=1\nVOLUME /data\nSTOPSIGNAL SIGTERM\nHEALTHCHECK NONE\n";
  const { config, digest } = await build(dockerfile);
  expect(config.labels).toEqual({ a: "1" });
  expect((await build(dockerfile.replace("a=1", "a=2"))).digest).not.toBe(digest);
});

it("warns of a CMD whose program is missing, since a machine may have a command of its own", async () => {
  await build('FROM node:22\nCMD ["missing-program"]\n');
  expect(log).toContainEqual(
    expect.stringContaining("warning: the image's CMD names missing-program, which is"),
  );
});

it("builds the stage that is the target, with the arguments it was given", async () => {
  const dockerfile =
    "FROM node:24 AS run\nARG FLAVOUR=none\nENV FLAVOUR=$FLAVOUR\nFROM run AS tools\nCMD tools\nFROM nginx\n";
  const { config } = await build(dockerfile, { FLAVOUR: "two" }, "tools");
  expect(config).toMatchObject({ env: { FLAVOUR: "two" }, cmd: ["/bin/sh", "-c", "tools"] });
  expect((await build(dockerfile, {}, "0")).config).toMatchObject({
    env: { FLAVOUR: "none" },
    cmd: ["node"],
  });
  await expect(build(dockerfile, {}, "web")).rejects.toThrow('target stage "web" could not be found');
});

it("keeps what the Dockerfile defines for running it", async () => {
  const { config } = await build(
    `ARG BASE=22-slim\nFROM node:\${BASE} AS base\nENV A=1 B="two \${A:-none}"\nFROM base\nARG LABEL=none\n` +
      `ENV LABEL=$LABEL C='x y'\nWORKDIR /app\nWORKDIR sub\nUSER node\nEXPOSE 8080 9090/tcp\nCMD node server.mjs\n`,
    { LABEL: "blue" },
  );
  expect(config).toMatchObject({
    env: { A: "1", B: "two none", LABEL: "blue", C: "x y" },
    workdir: "/app/sub",
    user: "node",
    exposed: ["8080", "9090/tcp"],
    entrypoint: [],
    cmd: ["/bin/sh", "-c", "node server.mjs"],
  });
});

it("gives a RUN the Dockerfile's variables and nothing of the sandbox's own", async () => {
  process.env["FLY_ACCESS_TOKEN"] = "not-for-builds";
  try {
    const { digest } = await build(
      `FROM node:22\nWORKDIR /w\nENV SEEN=yes\nARG GIVEN=1\nRUN --mount=type=cache,target=/cache env > env.txt\nCOPY --chmod=755 src/a.mjs run\n`,
    );
    const root = join(rootfsOf(folders, digest), "w");
    const env = await readFile(join(root, "env.txt"), "utf8");
    expect(env).toMatch(/^SEEN=yes$/m);
    expect(env).toMatch(/^GIVEN=1$/m);
    expect(env).not.toContain("not-for-builds");
    expect((await stat(join(root, "run"))).mode & 0o777).toBe(0o755);
  } finally {
    delete process.env["FLY_ACCESS_TOKEN"];
  }
});

it.each([
  ["FROM node:22\nONBUILD RUN true\n", "dockerfile line 2: ONBUILD is not in this sandbox"],
  [
    "FROM node:22\nADD https://example.org/a /a\n",
    "dockerfile line 2: ADD of https://example.org/a: downloads",
  ],
  ["FROM node:22\nADD a.tar.gz /a\n", "dockerfile line 2: ADD of a.tar.gz: unpacking is not in this sandbox"],
  [
    "FROM node:22\nRUN --mount=type=bind,rw,target=/a ls\n",
    "type=bind,rw,target=/a: rw is not in this sandbox",
  ],
  [
    "FROM node:22\nRUN no-such-program\n",
    "stand for those of the base image: install the one that is missing",
  ],
  ["FROM python:3\n", "dockerfile line 1: FROM python:3 is not in this sandbox"],
  ["FROM node:22\nCOPY --parents a b /x\n", "dockerfile line 2: COPY --parents is not in this sandbox"],
  ["FROM node:22\n\nCOPY nowhere /x\n", 'dockerfile line 3: COPY: "nowhere" not found in the build context'],
  ["FROM node:22\nCOPY --from=nginx:1 /a /b\n", "dockerfile line 2: COPY --from=nginx:1: no earlier stage"],
  ["FROM node:22\nRUN <<EOF\ntrue\nEOF\n", "dockerfile line 2: here-documents are not in this sandbox"],
  ["FROM node:22\nRUN echo why >&2; exit 3\n", 'RUN echo why >&2; exit 3\nprocess "/bin/sh -c echo why'],
])("refuses by line and name what it cannot do: %j", async (dockerfile, message) => {
  await expect(build(dockerfile)).rejects.toThrow(message);
  expect(await readdir(folders.work)).toEqual([]);
});
