import { describe, expect, it } from "vitest";
import type { NamedFile } from "./file-digests.ts";
import { digestsOf, fileDifferences } from "./file-digests.ts";

const file = (path: string, sha = "a".repeat(40)): NamedFile => ({ path, sha });
const few = [file("out/config.json"), file("out/functions/api.func/index.mjs", "b".repeat(40))];
/** 300 files in two folders of a third, and one above. */
const many = [
  file("out/config.json"),
  ...["a", "b"].flatMap((folder) =>
    Array.from({ length: 150 }, (_, index) => file(`out/static/${folder}/${String(index)}.js`)),
  ),
];

describe("digests of the files of a deployment", () => {
  it("name each file by its SHA-1 where there are few", () => {
    expect(digestsOf(few)).toEqual({
      "out/config.json": "a".repeat(40),
      "out/functions/api.func/index.mjs": "b".repeat(40),
    });
  });

  it("name folders where there are many, and stay few lines", () => {
    const digests = digestsOf(many);
    expect(Object.keys(digests)).toEqual(["out/config.json", "out/static/a", "out/static/b"]);
    expect(digests["out/static/a"]).toMatch(/^[0-9a-f]{64}$/);
    const flat = Array.from({ length: 150 }, (_, index) => file(`${String(index)}.js`));
    expect(Object.keys(digestsOf(flat))).toEqual(["."]);
    expect(fileDifferences(digestsOf(flat), flat)).toEqual([]);
    expect(fileDifferences(digestsOf(flat), flat.slice(1))).toEqual([". has other content"]);
  });

  it.each([[few], [many]])("are the same in whatever order the files come", (files) => {
    expect(fileDifferences(digestsOf(files), [...files].reverse())).toEqual([]);
  });

  it.each<[string, readonly NamedFile[], readonly NamedFile[], readonly string[]]>([
    [
      "another content",
      few,
      [few[0] ?? file(""), file("out/functions/api.func/index.mjs")],
      ["out/functions/api.func/index.mjs has other content"],
    ],
    ["a missing file", few, few.slice(1), ["out/config.json is missing"]],
    ["one more file", few, [...few, file("out/static/x.js")], ["out/static/x.js was not uploaded"]],
    [
      "a link in place of a file",
      few,
      [file("out/config.json", "link"), ...few.slice(1)],
      ["out/config.json has other content"],
    ],
    [
      "a folder in place of a file",
      few,
      [file("out/config.json/x"), ...few.slice(1)],
      ["out/config.json has other content"],
    ],
    [
      "one file of many",
      many,
      [...many.slice(0, -1), file("out/static/b/149.js", "c".repeat(40))],
      ["out/static/b has other content"],
    ],
    [
      "one more file of many",
      many,
      [...many, file("out/static/a/more.js")],
      ["out/static/a has other content"],
    ],
    [
      "two files that have changed their names",
      many,
      many.map(({ path, sha }) => file(path === "out/static/a/1.js" ? "out/static/a/x.js" : path, sha)),
      ["out/static/a has other content"],
    ],
  ])("differ by %s, which is named", (_name, uploaded, listed, differences) => {
    expect(fileDifferences(digestsOf(uploaded), listed)).toEqual(differences);
  });
});
