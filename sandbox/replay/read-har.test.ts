import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readHar } from "./read-har.ts";
import { entryOf, harOf } from "./test-har.ts";

const folder = mkdtempSync(join(tmpdir(), "atlaris-har-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string): ReturnType<typeof readHar> {
  const file = join(folder, "run.har");
  writeFileSync(file, text);
  return readHar(file);
}

describe("a recording", () => {
  it("is read in the order in which its calls began, with bodies of JSON", () => {
    const late = {
      ...entryOf("neon", "GET", "/api/v2/projects", 200, { projects: [] }),
      startedDateTime: "2026-01-02T00:00:00Z",
    };
    const early = entryOf("fly", "POST", "/v1/apps", 201, { id: "a1" }, { name: "shop" });
    const [first, second] = read(harOf([late, early]));
    expect(first).toMatchObject({ index: 1, cloud: "fly", body: { kind: "json", json: { name: "shop" } } });
    expect(second).toMatchObject({ index: 0, cloud: "neon", body: { kind: "none" } });
    expect(second?.answer).toMatchObject({ status: 200, json: { projects: [] }, hasBody: true });
  });

  it("of another tool has its clouds from the hosts, and bodies in Base64", () => {
    const { _cloud, ...entry } = entryOf("github", "GET", "/repos/o/r", 200, { id: 1 });
    expect(_cloud).toBe("github");
    const text = Buffer.from('{"id":7}').toString("base64");
    const response = {
      ...entry.response,
      content: { size: 8, mimeType: "application/json", text, encoding: "base64" },
    };
    const at = (url: string) => ({ ...entry, request: { ...entry.request, url }, response });
    const calls = read(harOf([at("https://api.github.com/repos/o/r"), at("https://example.com/")]));
    expect(calls.map(({ cloud }) => cloud)).toEqual(["github", undefined]);
    expect(calls[0]?.answer?.json).toEqual({ id: 7 });
  });

  it("without an answer, or without the body that was sent, is named with the reason", () => {
    const lost = entryOf("fly", "POST", "/v1/apps", 0, undefined);
    const upload = { ...lost, request: { ...lost.request, bodySize: 5, postData: {} } };
    expect(read(harOf([upload]))[0]).toMatchObject({ answer: undefined, body: { kind: "not kept" } });
  });

  it("that is broken is refused with every fault", () => {
    const entry = entryOf("fly", "GET", "/v1/apps", 200, {});
    const broken = {
      ...entry,
      startedDateTime: "soon",
      request: { ...entry.request, url: "file:///etc/passwd" },
    };
    expect(() => read(harOf([entry, { ...broken, response: {} }]))).toThrow(
      /log\.entries\[1\]\.startedDateTime: expected a time\n.*log\.entries\[1\]\.request\.url: expected an address with http or https\n.*log\.entries\[1\]\.response\.status: /,
    );
  });

  it.each([
    ["no JSON", "{secret", /run\.har is not JSON, and so no HAR file\.\nMake one with/],
    ["no HAR", "[]", /the file: .*expected object/],
  ])("that is %s is refused without quoting it", (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => readHar(join(folder, "none.har"))).toThrow(/none\.har cannot be read: ENOENT/);
  });
});
