import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildInputsOf, workerImageReference } from "./image-reference.ts";

let root: string;
const write = (path: string, text: string): void => writeFileSync(join(root, path), text);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "shop-image-"));
  for (const folder of ["src", "prompts"]) mkdirSync(join(root, folder));
  write(
    "Dockerfile.worker",
    "FROM node:24-slim\nCOPY package.json ./\nCOPY src src\nCOPY --chown=node prompts/*.md /app/\n",
  );
  write("prompts/plan.md", "Plan well.");
  write(".dockerignore", "*.log\n");
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** The reference of the image, with these lines as the fly.toml. */
function reference(config = ""): string {
  const build = buildInputsOf(config, "fly.toml");
  return workerImageReference("a", { root, dockerfile: "Dockerfile.worker", sourceDigests: ["s"], build });
}

describe("the reference of the workers' image", () => {
  it.each([
    ["the Dockerfile", (): void => write("Dockerfile.worker", "FROM node:22-slim\n")],
    ["a file that it copies", (): void => write("prompts/plan.md", "Plan better.")],
    ["a file more that it copies", (): void => write("prompts/more.md", "More.")],
    ["the ignore file", (): void => write(".dockerignore", "*.log\nsrc\n")],
    ["an ignore file of its own", (): void => write("Dockerfile.worker.dockerignore", "")],
  ])("is another one after a change of %s", (_name, change) => {
    const before = reference();
    change();
    expect(reference()).not.toBe(before);
  });

  it.each([
    "[build.args]\nFLAVOUR = 'one'",
    "[build.args]\nFLAVOUR = 'two'",
    "[build]\nbuild-target = 'run'",
  ])("is another one with %j", (config) => {
    expect(reference(config)).not.toBe(reference());
    expect(reference(config)).not.toBe(reference("[build.args]\nFLAVOUR = 'three'"));
  });

  it("is the same after a change of what the sources' digests stand for, and of nothing in the image", () => {
    const before = reference("[build]\ndockerfile = 'Dockerfile.worker'\n[env]\nA = '1'");
    write("src/a.test.ts", "");
    write("package.json", "{ }");
    write("README.md", "");
    write("prompts/notes.txt", "");
    expect(reference("[env]\nA = '2'")).toBe(before);
  });
});
