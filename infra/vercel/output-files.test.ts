import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { filesOfOutput } from "./output-files.ts";

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "shop-output-files-"));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

const read = async (): Promise<readonly (readonly [string, string, number | undefined])[]> =>
  (await filesOfOutput(join(project, "output"), project)).map(({ file, content, mode }) => [
    file,
    content.toString(),
    mode,
  ]);

describe("the files of a Build Output", () => {
  it("are those of its folder, links as links, and those of the project that a function names", async () => {
    const config = JSON.stringify({ filePathMap: { "lib/a.js": "node_modules/a/index.js" } });
    write("output/config.json", "{}");
    write("output/functions/page.func/.vc-config.json", config);
    mkdirSync(join(project, "output/functions/deep"));
    symlinkSync("../page.func", join(project, "output/functions/deep/page.rsc.func"));
    write("node_modules/a/index.js", "module.exports = 1;");
    write("node_modules/b/index.js", "not asked for");
    expect(await read()).toEqual([
      [".vercel/output/config.json", "{}", undefined],
      [".vercel/output/functions/deep/page.rsc.func", "../page.func", 0o120777],
      [".vercel/output/functions/page.func/.vc-config.json", config, undefined],
      ["node_modules/a/index.js", "module.exports = 1;", undefined],
    ]);
  });

  it("leave nothing out without a word: a link or a file out of the project is refused", async () => {
    write("output/config.json", "{}");
    symlinkSync("/etc/hostname", join(project, "output/name.txt"));
    await expect(read()).rejects.toThrow(
      ".vercel/output/name.txt is a link to /etc/hostname, which is not in",
    );
    rmSync(join(project, "output/name.txt"));
    write("output/functions/a.func/.vc-config.json", JSON.stringify({ filePathMap: { a: "../secret" } }));
    await expect(read()).rejects.toThrow(
      ".vercel/output/functions/a.func/.vc-config.json names ../secret, which is out of the project",
    );
  });
});
