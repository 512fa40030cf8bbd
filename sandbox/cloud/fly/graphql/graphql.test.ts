import { describe, expect, it } from "vitest";
import { GraphqlError } from "./errors.ts";
import { readOperation } from "./operation.ts";
import { select, type Node } from "./select.ts";

const app: Node = { __typename: "App", name: "worker", owner: { __typename: "User", id: "1", name: "Ann" } };
const root: Node = {
  __typename: "Queries",
  app: ({ name }: { name?: unknown }) => ({ ...app, name }),
  echo: (args: unknown) => args,
  missing: null,
};

const ask = (text: string, variables: Readonly<Record<string, unknown>> = {}, name?: string) =>
  select(root, readOperation(text, variables, name));

describe("what a request chooses of Fly's GraphQL API", () => {
  it("is answered by the names that it gives, of fragments too, and each field once", () => {
    const text = `# A comment with { braces }
      query Two($name: String = "worker", $all: Boolean!) {
        one: app(name: $name) { ...Names owner { id } name @skip(if: $all) }
        ... on Queries { one: app(name: $name) { __typename owner { name } } missing { id } }
      }
      fragment Names on App { called: name owner @include(if: $all) { id } }`;
    expect(ask(text, { all: true })).toEqual({
      one: { called: "worker", owner: { id: "1", name: "Ann" }, __typename: "App" },
      missing: null,
    });
    expect(ask(text, { all: false, name: "web" })).toMatchObject({ one: { called: "web", name: "web" } });
  });

  it("has its arguments by kind", () => {
    const text = `query Q($list: [Int!]) {
      echo(text: "a \\"b\\"", block: """c""", number: -1.5, list: $list, kind: RED, deep: { on: true, no: null })
    }`;
    expect(ask(text, { list: [1, 2] })).toEqual({
      echo: {
        text: 'a "b"',
        block: "c",
        number: -1.5,
        list: [1, 2],
        kind: "RED",
        deep: { on: true, no: null },
      },
    });
  });

  it("is of several operations the one that it names", () => {
    const text = "query One { missing { id } } query Other { a: missing { id } }";
    expect(ask(text, {}, "Other")).toEqual({ a: null });
    expect(() => ask(text)).toThrow("An operation name is required");
    expect(() => ask(text, {}, "Third")).toThrow('No operation named "Third"');
  });

  it.each([
    ["query { app { name }", "parseError", "Syntax Error: Expected Name, found <EOF>."],
    ["query Q { app { moon } }", "undefinedField", "Field 'app.moon' is not in this sandbox"],
    ["query { moon }", "undefinedField", "Field 'moon' is not in this sandbox"],
    ["query { app { toString } }", "undefinedField", "Field 'app.toString' is not in this sandbox"],
    ["query { app }", "selectionMismatch", "Field must have selections (field 'app' returns App)"],
    [
      "query { app { owner { id { x } } } }",
      "selectionMismatch",
      "Selections can't be made on scalars (field 'id')",
    ],
    [
      "query { app(name: $n) { name } }",
      "variableNotDefined",
      "Variable $n is used by anonymous query but not declared",
    ],
    ["query { app { ...X } }", "useAndDefineFragment", "Fragment X was used, but not defined"],
    ["query { ...X } fragment X on Queries { ...X }", "infiniteLoop", "Fragment X contains an infinite loop"],
    [
      "query ($n: ID!) { app(name: $n) { name } }",
      undefined,
      "Variable $n of type ID! was provided invalid value",
    ],
    ["fragment X on App { name }", undefined, "No query string was present"],
  ])("is refused where it cannot be answered: %s", (text, code, message) => {
    let refusal: unknown;
    try {
      ask(text);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(GraphqlError);
    expect(refusal).toMatchObject({ message });
    expect((refusal as GraphqlError).details.code).toBe(code);
  });

  it("is refused with the place, the path and the names of type and field", () => {
    let answer: object | undefined;
    try {
      ask("query Q {\n  one: app { moon }\n}");
    } catch (error) {
      answer = (error as GraphqlError).answer;
    }
    expect(answer).toEqual({
      message: "Field 'one.moon' is not in this sandbox",
      locations: [{ line: 2, column: 14 }],
      path: ["query Q", "one", "moon"],
      extensions: { code: "undefinedField", typeName: "App", fieldName: "moon" },
    });
  });
});
