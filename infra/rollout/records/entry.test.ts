import { describe, expect, it } from "vitest";
import type { Composition } from "./entry.ts";
import { parseEntry, partsOf, sourcesOf } from "./entry.ts";

const source = { source: "s", commit: "c" };
const worker = { ...source, image: "registry.fly.io/app:content-1", config: "[env]" };
const rest = { variables: { web: {}, workers: {} }, migrations: { digest: "d", names: [] } };
const composition: Composition = { web: source, workers: { worker, regenerator: worker }, ...rest };
const begun = {
  ...{ kind: "begun", attempt: 1, at: "2026-01-01T00:00:00Z", by: "a@b", environment: "staging" },
  ...{ release: "c", commit: "c", checks: [], settings: "s", deployment: 1, previous: "" },
};

describe("an entry of the record", () => {
  it("has each worker under its name", () => {
    const entry = { ...begun, schema: 2, composition };
    expect(parseEntry(JSON.stringify(entry))).toEqual(entry);
  });

  it("of schema 1 is read with its two workers", () => {
    const entry = { ...begun, schema: 1, composition: { web: source, worker, regenerator: worker, ...rest } };
    expect(parseEntry(JSON.stringify(entry))).toEqual({ ...begun, schema: 2, composition });
  });

  it("of schema 1 may end an attempt", () => {
    const ended = {
      kind: "ended",
      attempt: 1,
      at: "2026-01-01T00:00:00Z",
      result: "success",
      description: "",
    };
    const entry = { ...ended, schema: 1, imageDigest: "sha256:1", previous: "p" };
    expect(parseEntry(JSON.stringify(entry))).toEqual({ ...ended, schema: 2, previous: "p" });
  });

  it.each(["{", "{}", '{"schema":3}', "null"])("is none in %s", (message) => {
    expect(parseEntry(message)).toBeUndefined();
  });
});

it("the parts of a release are the web and its workers", () => {
  expect(Object.keys(partsOf(composition))).toEqual(["web", "worker", "regenerator"]);
  expect(sourcesOf(composition)).toEqual({ web: "s", worker: "s", regenerator: "s" });
});
