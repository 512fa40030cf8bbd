import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { prepare } from "./prepare.ts";
import { parseSuite, readSuite } from "./read-suite.ts";
import { editorSchemas } from "../editor-schemas.ts";

const root = join(import.meta.dirname, "..", "..");
const get = (path: string, rest: object = {}): object => ({ request: { path }, expect: {}, ...rest });
const faultsOf = (suite: object): string => {
  try {
    parseSuite({ suite: "s", ...suite }, "a.yaml");
    return "";
  } catch (error) {
    return (error as Error).message;
  }
};
const checks = (...all: readonly object[]): string => faultsOf({ checks: all });

describe("a suite", () => {
  it.each<[string, object, string]>([
    [
      "a misspelt expectation",
      get("/", { name: "a", expect: { stauts: 200 } }),
      'checks[0].expect: Unrecognized key: "stauts"',
    ],
    [
      "no expectation",
      { name: "a", request: { path: "/" } },
      "checks[0].expect: Invalid input: expected object",
    ],
    [
      "a path that is none",
      get("plans", { name: "a" }),
      'checks[0].request.path: Invalid string: must start with "/"',
    ],
    [
      "path and url",
      get("/", { name: "a", request: { path: "/", url: "https://a.example" } }),
      "checks[0].request: either path or url",
    ],
    [
      "two bodies",
      get("/", { name: "a", request: { path: "/", json: 1, text: "1" } }),
      "checks[0].request: json or text, not both",
    ],
    [
      "a rule of no kind",
      get("/", { name: "a", expect: { json: { "$.a": { typ: "x" } } } }),
      'checks[0].expect.json.$.a: Unrecognized key: "typ"',
    ],
    [
      "a JSONPath that is none",
      get("/", { name: "a", expect: { json: { "$.a[": 1 } } }),
      'check "a": $.a[: ',
    ],
    [
      "a pattern that is none",
      get("/", { name: "a", expect: { text: { matches: "(" } } }),
      'check "a": (: Invalid regular expression',
    ],
    [
      "a schema that is none",
      get("/", { name: "a", expect: { schema: { type: "nothing" } } }),
      'check "a": schema is invalid',
    ],
    [
      "a schema of no name",
      get("/", { name: "a", expect: { schema: "plan" } }),
      'check "a": there is no schema plan under schemas',
    ],
    ["a value that no check captures", get("/${id}", { name: "a" }), 'check "a": no check captures id'],
    ["a variable of the user", get("/${env.HOME}", { name: "a" }), 'check "a": ${env.HOME} is no reference'],
    [
      "an unmarked thing",
      get("/", { name: "a", safe: { cleanUp: [{ request: { path: "/" } }] } }),
      "has to carry ${run.mark}",
    ],
    [
      "a poll that outlasts the suite",
      get("/", { name: "a", poll: { limitSeconds: 200 } }),
      "it polls for 200 s, and the suite has 80 s for all",
    ],
    [
      "a check that waits for itself",
      get("/", { name: "a", after: ["a"] }),
      'checks wait for each other: "a" → "a"',
    ],
    [
      "a check after none",
      get("/", { name: "a", after: ["b"] }),
      'check "a": after names "b", and there is no such check',
    ],
  ])("with %s is refused with the place", (_what, check, message) => {
    expect(checks(check)).toContain(message);
  });

  it("is refused with every fault at once", () => {
    const message = checks(
      get("/", { name: "a", capture: { id: "$.id" } }),
      get("/${no}", { name: "a", capture: { id: "$.x[" } }),
    );
    expect(message).toContain("The suite a.yaml is invalid (docs/smoke-suites.md):");
    for (const fault of [
      'two checks have the name "a"',
      "two checks capture id",
      "no check captures no",
      "$.x[",
    ])
      expect(message).toContain(fault);
  });

  it("is refused where checks wait for each other by their values", () => {
    const message = checks(
      get("/${b}", { name: "first", capture: { a: "$.a" } }),
      get("/${a}", { name: "second", capture: { b: "$.b" } }),
    );
    expect(message).toContain('checks wait for each other: "first" → "second" → "first"');
  });

  it("is refused where its defaults have a captured value, or its file is no YAML", () => {
    expect(
      faultsOf({
        defaults: { headers: { x: "${id}" } },
        checks: [get("/", { name: "a", capture: { id: "$.id" } })],
      }),
    ).toContain("only checks can have a captured value");
    const folder = mkdtempSync(join(tmpdir(), "suite-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "a.yaml");
    writeFileSync(path, "suite: [");
    expect(() => readSuite(path, "a.yaml")).toThrow("The suite a.yaml cannot be read: ");
    expect(() => readSuite(join(folder, "none.yaml"), "none.yaml")).toThrow(
      "The suite none.yaml cannot be read: ENOENT",
    );
  });
});

describe("the environment of a suite", () => {
  const suite = parseSuite(
    {
      suite: "s",
      defaults: { credentials: { authorization: "${env.SMOKE_TEST_API_KEY}" } },
      checks: [
        get("/", { name: "a", tags: ["page"] }),
        { name: "b", tags: ["rows"], sql: { query: "select 1" }, expect: { rows: 1 } },
      ],
    },
    "a.yaml",
  );
  const environment = { SMOKE_TEST_API_URL: "https://a.example/", SMOKE_TEST_API_KEY: "a secret key" };

  it("is complete before anything is sent; a database only where it is asked", () => {
    expect(prepare(suite, "a.yaml", { tags: ["page"], environment }).baseUrl).toBe("https://a.example");
    expect(() => prepare(suite, "a.yaml", { tags: [], environment })).toThrow(
      "The suite a.yaml requires SMOKE_TEST_DATABASE_URL in the environment",
    );
    expect(() => prepare(suite, "a.yaml", { tags: ["page"], environment: {} })).toThrow(
      "SMOKE_TEST_API_URL, SMOKE_TEST_API_KEY",
    );
    expect(() => prepare(suite, "a.yaml", { tags: ["x"], environment })).toThrow(
      "no check with the tag x. Its tags are: page, rows",
    );
  });

  it("keeps keys and passwords from going over a network as they are", () => {
    const at = (url: string): unknown =>
      prepare(suite, "a.yaml", { tags: ["page"], environment: { ...environment, SMOKE_TEST_API_URL: url } });
    expect(() => at("http://a.example")).toThrow("no https:// address");
    expect(() => at("http://127.0.0.1:1")).not.toThrow();
    const database = (url: string): unknown =>
      prepare(suite, "a.yaml", { tags: [], environment: { ...environment, SMOKE_TEST_DATABASE_URL: url } });
    expect(() => database("postgresql://a:b@db.example/x")).toThrow("without sslmode=require");
    expect(() => database("postgresql://a:b@db.example/x?sslmode=require")).not.toThrow();
  });
});

describe("the JSON Schema of suites", () => {
  it("is as npm run schema writes it", () => {
    expect(readFileSync(join(root, "smoke-suite.schema.json"), "utf8")).toBe(
      editorSchemas["smoke-suite.schema.json"](),
    );
  });

  it("takes and marks what the program does", () => {
    const editor = z.fromJSONSchema(
      JSON.parse(editorSchemas["smoke-suite.schema.json"]()) as Parameters<typeof z.fromJSONSchema>[0],
    );
    expect(
      editor.safeParse({ suite: "s", checks: [get("/", { name: "a", expect: { status: [200, 204] } })] })
        .success,
    ).toBe(true);
    expect(
      editor.safeParse({ suite: "s", checks: [get("/", { name: "a", expect: { stauts: 200 } })] }).success,
    ).toBe(false);
  });
});
