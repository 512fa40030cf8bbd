import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { code, label, words } from "./escape.ts";

/** What stands outside of code spans, as CommonMark reads them: a run of backticks to the next run as long. */
function outsideCode(line: string): string {
  const runs = [...line.matchAll(/`+/g)].map(({ 0: run, index }) => ({ index, length: run.length }));
  let [outside, at] = ["", 0];
  for (const [number, open] of runs.entries()) {
    if (open.index < at) continue;
    const close = runs.slice(number + 1).find(({ length }) => length === open.length);
    if (!close) continue;
    outside += line.slice(at, open.index);
    at = close.index + close.length;
  }
  return outside + line.slice(at);
}

const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        "`",
        "``",
        "|",
        "<!--",
        "-->",
        "<b>",
        "@me",
        "\n",
        "\r",
        "](",
        "![",
        "\\",
        "x",
        " ",
        "#1",
        "~~~",
        "\u202e",
      ),
    )
    .map((parts) => parts.join("")),
);

describe("foreign text as code", () => {
  it.each([
    ["plain", "`plain`"],
    ["a ` b", "``a ` b``"],
    ["`", "`` ` ``"],
    ["", "(empty)"],
    ["one\ntwo", "`one⏎two`"],
    ["to\u202eleft", "`to\\u{202e}left`"],
    ["x".repeat(200), `\`${"x".repeat(159)}…\``],
  ])("%j is %s", (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  it("breaks out of its place whatever it is made of: never", () => {
    fc.assert(
      fc.property(nasty, nasty, (one, other) => {
        const line = `- before ${code(one)} → ${code(other)} after`;
        expect(line).not.toMatch(/[\r\n]/);
        expect(outsideCode(line).replaceAll("(empty)", "")).toBe("- before  →  after");
      }),
    );
  });
});

describe("foreign text in running words", () => {
  it("has no mention, tag, link or emphasis in it", () => {
    expect(words("see @me <b>*x*</b> [a](b) #1")).toBe(
      "see &#64;me &lt;b&gt;\\*x\\*&lt;/b&gt; \\[a\\](b) \\#1",
    );
  });

  it("holds no tag, mention or unescaped mark, whatever it is made of", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(words(text)).not.toMatch(/[<>@\r\n]|(?<!\\)(?:\\\\)*[`*_[\]|~]/);
      }),
    );
  });
});

describe("a label of the picture", () => {
  it("ends neither its quotation marks nor its line", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(label(text)).not.toMatch(/["\r\n`<>]/);
      }),
    );
  });
});
