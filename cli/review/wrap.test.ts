import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withShortDigests, wrapped } from "./wrap.ts";

describe("a long line", () => {
  it("is broken at blanks and goes on under its item", () => {
    const line = `- changed: ${"word ".repeat(40)}end`;
    const lines = wrapped(line);
    expect(lines.length).toBe(2);
    expect(lines[1]).toMatch(/^ {2}word/);
    expect(lines.every(({ length }) => length <= 120)).toBe(true);
  });

  it("keeps a span of code on one line, and begins no list within an item", () => {
    const code = `\`${"a b ".repeat(40)}\``;
    expect(wrapped(`- value ${code} then`)).toContain(`  ${code}`);
    expect(wrapped(`${"x".repeat(119)} - 1. y`)).toEqual([`${"x".repeat(119)} - 1. y`.slice(0, 124), "y"]);
  });

  it("loses nothing but blanks", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), (text) => {
        expect(wrapped(text).join(" ").replace(/ +/g, "")).toBe(text.replace(/ +/g, ""));
      }),
    );
  });
});

it("shortens digests to twelve characters, outside of addresses", () => {
  const sha = "0123456789abcdef0123456789abcdef01234567";
  expect(withShortDigests(`sha256:${sha}${sha.slice(0, 24)} of ${sha}, https://x/commit/${sha}`)).toBe(
    `sha256:0123456789ab of 0123456789ab, https://x/commit/${sha}`,
  );
  expect(withShortDigests("machine 148e1234f5d789, approval 0001_a@0123456789abcdef")).toBe(
    "machine 148e1234f5d789, approval 0001_a@0123456789abcdef",
  );
});
