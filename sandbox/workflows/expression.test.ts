import { describe, expect, it } from "vitest";
import { Expressions, type Scope } from "./expression.ts";

const expressions = await Expressions.load();

const scope: Scope = {
  status: "success",
  contexts: {
    github: {
      event_name: "push",
      ref: "refs/heads/main",
      event: { pull_request: { head: { repo: { full_name: "a/b" } } } },
    },
    inputs: { environment: "production", force: false },
    needs: { test: { result: "success" } },
    matrix: { node: 20 },
    secrets: { "A-B": "x" },
  },
};

describe("an expression of a workflow", () => {
  it.each([
    ["github.event_name == 'PUSH'", true],
    ["github.event.pull_request.head.repo.full_name != 'a/b' || github.nothing.there", null],
    ["GitHub.Event_Name", "push"],
    ["case(matrix.node > 18, 'new', 'old')", "new"],
    ['fromJSON(\'[{"a": 1}, {"a": 2}]\').*.a', [1, 2]],
    ["inputs.environment == 'production' && 'prod' || 'staging'", "prod"],
    ["inputs.force && 'a' || 'b'", "b"],
    ["!(matrix.node < 20.5) || matrix.node >= 20", true],
    ["secrets['A-B']", "x"],
    ["contains(github.ref, 'MAIN') && startsWith(github.ref, 'refs/') && endsWith(github.ref, 'main')", true],
    ["contains(fromJSON('[\"a\", \"b\"]'), 'b')", true],
    ["format('{0}-{1}', 'it''s', matrix.node)", "it's-20"],
    ["join(fromJSON('[1, 2]'), '+')", "1+2"],
    ["null == 0", true],
    ["'' == null", true],
  ])("%s is %o", (text, value) => {
    expect(expressions.evaluate(text, scope)).toEqual(value);
  });

  it("stands in a text, and is empty where there is nothing", () => {
    expect(expressions.interpolate("on ${{ github.ref }}: ${{ secrets.NONE }}.", scope)).toBe(
      "on refs/heads/main: .",
    );
    expect(expressions.interpolate("${{ format('{0}}}', matrix.node) }}", scope)).toBe("20}");
  });

  it.each(["github.", "runner.os", "hashFiles('a')", "a b", "'open"])(
    "is refused with its text where it cannot be read or names what is not known: %s",
    (text) => {
      expect(() => expressions.evaluate(text, scope)).toThrow(`the expression ${text} is invalid: `);
    },
  );

  it("lets nothing run after a failure without a condition that allows it", () => {
    const failed: Scope = { ...scope, status: "failure" };
    expect(expressions.isMet(undefined, failed)).toBe(false);
    expect(expressions.isMet("github.event_name == 'push'", failed)).toBe(false);
    expect(expressions.isMet("always()", failed)).toBe(true);
    expect(expressions.isMet("github.ref != 'always()'", failed)).toBe(false);
    expect(expressions.isMet("${{ failure() && github.event_name == 'push' }}", failed)).toBe(true);
    expect(expressions.isMet("success()", failed)).toBe(false);
    expect(expressions.isMet("github.event_name == 'push'", scope)).toBe(true);
  });
});
