import { describe, expect, it } from "vitest";
import type { Composition } from "./entry.ts";
import { parseEntry, partsOf, sourcesOf } from "./entry.ts";

const source = { source: "s", commit: "c" };
const worker = { ...source, image: "registry.fly.io/app:content-1", config: "[env]" };
const rest = { variables: { web: {}, workers: {} }, migrations: { digest: "d", names: [] } };
const composition: Composition = { web: source, workers: { worker, mailer: worker }, ...rest };
const begun = {
  ...{ kind: "begun", attempt: 1, at: "2026-01-01T00:00:00Z", by: "a@b", environment: "staging" },
  ...{ release: "c", commit: "c", checks: [], settings: "s", deployment: 1, previous: "" },
};

describe("an entry of the record", () => {
  it("has each worker under its name", () => {
    const entry = { ...begun, schema: 2, composition };
    expect(parseEntry(JSON.stringify(entry))).toEqual(entry);
  });

  it.each(["{", "{}", '{"schema":3}', '{"schema":1}', "null"])("is none in %s", (message) => {
    expect(parseEntry(message)).toBeUndefined();
  });
});

it("the parts of a release are the web and its workers", () => {
  expect(Object.keys(partsOf(composition))).toEqual(["web", "worker", "mailer"]);
  expect(sourcesOf(composition)).toEqual({ web: "s", worker: "s", mailer: "s" });
});
