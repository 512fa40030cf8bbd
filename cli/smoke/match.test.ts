import { describe, expect, it } from "vitest";
import type { ValueRule } from "./expectations-schema.ts";
import { failureText } from "./failure.ts";
import { compareCount, compareHeader, compareJson, valuesAt } from "./match.ts";

const body = {
  status: "ok",
  total: 3,
  ratio: 0.5,
  none: null,
  list: [
    { id: 1, name: "one" },
    { id: 2, name: "two" },
  ],
};

const texts = (path: string, rule: ValueRule): readonly string[] =>
  compareJson({ [path]: rule }, body).map(failureText);

describe("a JSON path of a suite", () => {
  it.each<[string, ValueRule]>([
    ["$.status", "ok"],
    ["$.status", { matches: "^o", contains: "k", type: "string", length: 2 }],
    ["$.none", null],
    ["$.none", { type: "null", exists: true }],
    ["$.total", { greaterThan: 2, lessThan: 4, atLeast: 3, atMost: 3, type: "integer" }],
    ["$.ratio", { type: "number" }],
    ["$.list", { type: "array", length: { atLeast: 2 } }],
    ["$.list[*].id", { type: "integer", count: 2 }],
    ["$.list[?@.id == 2].name", "two"],
    ["$.list[0]", { equals: { name: "one", id: 1 }, type: "object" }],
    ["$.other", { exists: false }],
    ["$.list[?@.id == 3]", { count: 0 }],
  ])("%s holds %j", (path, rule) => {
    expect(texts(path, rule)).toEqual([]);
  });

  it.each<[string, ValueRule, string[]]>([
    ["$.status", "down", ['$.status: expected "down", found "ok"']],
    ["$.other", "x", ['$.other: expected "x", found nothing']],
    ["$.other", { exists: true }, ["$.other: expected a value, found nothing"]],
    ["$.other", { type: "string" }, ["$.other: expected a value of type string, found nothing"]],
    ["$.status", { exists: false }, ['$.status: expected nothing there, found "ok"']],
    ["$.ratio", { type: "integer" }, ["$.ratio: expected a value of type integer, found 0.5"]],
    ["$.status", { greaterThan: 1 }, ['$.status: expected a number, found "ok"']],
    ["$.total", { length: 1 }, ["$.total: expected a text or an array, found 3"]],
    ["$.total", { matches: "3" }, ["$.total: expected a match of /3/, found 3"]],
    [
      "$.total",
      { greaterThan: 3, atMost: 2 },
      ["$.total: expected more than 3, found 3", "$.total: expected at most 2, found 3"],
    ],
    ["$.list[*].id", { lessThan: 2 }, ["$.list[*].id: expected less than 2, found 2"]],
    ["$.list[*]", { count: { lessThan: 2 } }, ["count of $.list[*]: expected less than 2, found 2"]],
    ["$.list", { length: { greaterThan: 2 } }, ["length of $.list: expected more than 2, found 2"]],
  ])("%s does not hold %j", (path, rule, expected) => {
    expect(texts(path, rule)).toEqual(expected);
  });

  it("evaluates no code", () => {
    for (const path of ["$..[?(@.constructor.constructor('return process')())]", "$[(process.exit(1))]"])
      expect(() => valuesAt(path, body)).toThrow();
    expect(valuesAt("$.constructor", body)).toEqual([]);
  });
});

describe("a header and a count of a suite", () => {
  it("are compared", () => {
    expect(compareHeader("x", "a", "a")).toEqual([]);
    expect(compareHeader("x", { exists: false }, null)).toEqual([]);
    expect(compareHeader("x", { exists: true }, "a")).toEqual([]);
    expect(compareHeader("x", { exists: true }, null).map(failureText)).toEqual([
      "header x: expected a value, found nothing",
    ]);
    expect(compareHeader("x", { exists: false }, "a").map(failureText)).toEqual([
      'header x: expected nothing there, found "a"',
    ]);
    expect(compareHeader("x", { matches: "^b" }, "a").map(failureText)).toEqual([
      'header x: expected a match of /^b/, found "a"',
    ]);
    expect(compareCount("rows", 1, 0).map(failureText)).toEqual(["rows: expected 1, found 0"]);
    expect(compareCount("rows", { atLeast: 1 }, 0).map(failureText)).toEqual([
      "rows: expected at least 1, found 0",
    ]);
  });
});
