import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildImage } from "./build.ts";
import { parseDockerfile } from "./dockerfile.ts";
import { outsideTheImage } from "./outside-the-image.ts";

const folder = join("tests", "fixtures", "dockerfiles");
/**
 * Dockerfiles of the kinds that public repositories have for Node workers. Their first lines name what is refused: `fault` by
 * the builder, `outside` where a RUN cannot be confined, and `rollout` before a rollout (infra/fly/dockerfile.test.ts).
 */
const files = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), "utf8");
  const read = (kind: string): readonly string[] =>
    [...text.matchAll(new RegExp(`^# ${kind}: (.*)$`, "gm"))].map(([, line = ""]) => line);
  return { name, text, fault: read("fault")[0], outside: read("outside")[0] };
});

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "atlaris-dockerfiles-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function touch(root: string, path: string): Promise<void> {
  // What has a name with a dot is a file here, everything else a folder with one.
  const file = basename(path).includes(".") ? path : join(path, "file");
  await mkdir(join(root, dirname(file)), { recursive: true });
  await writeFile(join(root, file), "");
}

/** Builds with files wherever a COPY takes some, and RUNs that do nothing else. */
async function build(text: string): Promise<void> {
  const copies = parseDockerfile(text).stages.flatMap(({ steps }) =>
    steps.filter(({ keyword }) => keyword === "COPY" || keyword === "ADD"),
  );
  const paths = (isOfStage: boolean): readonly string[] =>
    copies
      .filter(({ flags }) => (flags["from"] !== undefined) === isOfStage)
      .flatMap(({ text: words }) => words.split(/\s+/).slice(0, -1))
      .filter((path) => path !== "." && !/[*?]/.test(path));
  const context = join(home, "context");
  for (const path of [...paths(false), "package.json"]) await touch(context, path);
  const folders = { layers: join(home, "layers"), images: join(home, "images"), work: join(home, "work") };
  for (const each of Object.values(folders)) await mkdir(each);
  await buildImage(
    { dockerfile: text, buildArgs: {}, contextFolder: context },
    folders,
    async ({ rootfs }) => {
      for (const path of paths(true)) await touch(rootfs, path);
      return undefined;
    },
    () => undefined,
    new AbortController().signal,
  );
}

describe("a Dockerfile of a Node worker", () => {
  it.each(files)("$name is built, or refused by line and reason", async ({ text, fault }) => {
    if (fault === undefined) await expect(build(text)).resolves.toBeUndefined();
    else await expect(build(text)).rejects.toThrow(fault);
  });

  it.each(files)("$name stays in the image, or names what is outside of it", ({ text, outside }) => {
    let workdir = "/";
    const found = parseDockerfile(text)
      .stages.flatMap(({ steps }) => steps)
      .map((step) => {
        if (step.keyword === "WORKDIR") workdir = step.text;
        return step.keyword === "RUN" ? outsideTheImage(step.text, workdir) : undefined;
      });
    expect(found.find((each) => each !== undefined)).toBe(outside);
  });
});
