import { describe, expect, it } from "vitest";
import { evaluate, interpolate, isMet, type Scope } from "./expression.ts";

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
    expect(evaluate(text, scope)).toEqual(value);
  });

  it("stands in a text, and is empty where there is nothing", () => {
    expect(interpolate("on ${{ github.ref }}: ${{ secrets.NONE }}.", scope)).toBe("on refs/heads/main: .");
  });

  it.each(["github.", "runner.os", "hashFiles('a')", "a b", "'open"])(
    "is refused where it cannot be read or names what is not known: %s",
    (text) => {
      expect(() => evaluate(text, scope)).toThrow(/cannot be read|not known here/);
    },
  );

  it("lets nothing run after a failure that does not say so", () => {
    const failed: Scope = { ...scope, status: "failure" };
    expect(isMet(undefined, failed)).toBe(false);
    expect(isMet("github.event_name == 'push'", failed)).toBe(false);
    expect(isMet("always()", failed)).toBe(true);
    expect(isMet("${{ failure() && github.event_name == 'push' }}", failed)).toBe(true);
    expect(isMet("success()", failed)).toBe(false);
    expect(isMet("github.event_name == 'push'", scope)).toBe(true);
  });
});
