import { beforeEach, describe, expect, it } from "vitest";
import { useTestApi } from "../shared/test-api.ts";
import { checkFiles } from "./check-files.ts";
import { openVercel } from "./client.ts";

const sha = "a".repeat(40);
const config = { name: "config.json", type: "file", mode: 33188, uid: sha };
const link = { name: "b.func", type: "symlink", mode: 41471 };
const folder = (name: string, ...children: readonly object[]): object => ({
  ...{ name, type: "directory", mode: 16877, children },
});
const listing = (...children: readonly object[]): object[] => [
  folder("src", folder(".vercel", folder("output", ...children))),
  folder("out", { name: "api", type: "lambda", mode: 33188 }),
];

let answer: { readonly status: number; readonly body: unknown };
let notes: string[];
const { access } = useTestApi(() => answer);
beforeEach(() => void (notes = []));

const files = { ".vercel/output/config.json": sha, ".vercel/output/b.func": "link" };
const check = async (more: object = {}): Promise<void> =>
  checkFiles(
    { deploymentId: "dpl_a", team: "team_a", files, ...more },
    await openVercel(access),
    (line) => void notes.push(line),
  );

describe("a deployment whose files Vercel lists", () => {
  it("passes as it was uploaded, with what Vercel made of it next to that", async () => {
    answer = { status: 200, body: listing(config, link) };
    await check();
    expect(notes).toEqual([]);
  });

  it.each<[string, readonly object[], string]>([
    ["another file", [{ ...config, uid: "b".repeat(40) }, link], "config.json has other content"],
    ["a link for a file", [{ ...config, type: "symlink" }, link], "config.json has other content"],
    [
      "a file for a link",
      [config, { ...link, type: "file", mode: 33188, uid: sha }],
      "b.func has other content",
    ],
    ["something that is no file", [config, { ...link, type: "middleware" }], "b.func has other content"],
    ["one more file", [config, link, { ...config, name: "x.js" }], "x.js was not uploaded"],
    ["a missing file", [config], "b.func is missing"],
  ])("is refused with %s", async (_name, entries, difference) => {
    answer = { status: 200, body: listing(...entries) };
    await expect(check()).rejects.toThrow(
      new RegExp(
        `other files for deployment dpl_a .*: \\.vercel/output/${difference}\\. It is not made live`,
      ),
    );
    await check({ onOtherFiles: "warn" });
    expect(notes).toEqual([expect.stringContaining(difference)]);
  });

  it.each<[string, number, unknown, string]>([
    ["no list", 404, { error: { code: "not_found", message: "" } }, "Vercel answers 404"],
    ["no right", 403, { error: { code: "forbidden", message: "" } }, "Vercel answers 403"],
    ["nothing", 200, [], "Vercel lists no uploaded file of it"],
    ["what was made alone", 200, [folder("out")], "Vercel lists no uploaded file of it"],
    ["another form", 200, { files: [] }, "in another form than the documented one"],
    [
      "no digests",
      200,
      listing({ ...config, uid: "fil_1" }, link),
      "Vercel names no SHA-1 of .vercel/output",
    ],
  ])("is reported as not compared where Vercel gives %s", async (_name, status, body, reason) => {
    answer = { status, body };
    await check();
    expect(notes).toEqual([expect.stringMatching(/^the files of dpl_a are not compared: /)]);
    expect(notes[0]).toContain(reason);
  });

  it("is reported as not compared where an earlier version uploaded it", async () => {
    await check({ files: undefined });
    expect(notes).toEqual([expect.stringContaining("by an earlier version, which kept no digests")]);
  });
});
