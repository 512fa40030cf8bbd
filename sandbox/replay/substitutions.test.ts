import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSubstitutions } from "./substitutions.ts";

describe("a name of a recording", () => {
  it("is replaced wherever it stands alone, and not inside of a longer one", () => {
    const names = openSubstitutions();
    names.learn("id", "br-icy-queen-dlzi", "br-old-king-abcd");
    expect(names.apply("br-icy-queen-dlzi")).toBe("br-old-king-abcd");
    expect(names.apply('{"branch":"br-icy-queen-dlzi"}')).toBe('{"branch":"br-old-king-abcd"}');
    expect(names.apply("br-icy-queen-dlzi2")).toBe("br-icy-queen-dlzi2");
  });

  it("is none where it is a word, a time, a text or taken out", () => {
    const names = openSubstitutions();
    names.learn("readyState", "BUILDING", "READY");
    names.learn("created_at", "2026-11-28T22:35:11Z", "2026-11-29T00:00:00Z");
    names.learn("description", "rolled out in 25.9 s", "rolled out in 3 s");
    names.learn("password", "REDACTED", "pg_0123456789");
    const texts = ["BUILDING", "2026-11-28T22:35:11Z", "rolled out in 25.9 s", "REDACTED"];
    expect(texts.map((text) => names.apply(text))).toEqual(texts);
  });

  it("that is a number is one for fields of the same kind alone", () => {
    const names = openSubstitutions();
    names.learn("id", 1003, 1005);
    names.learn("version", 1, 2);
    expect(names.applyTo({ deployment_id: 1003, min_version: 1, count: 1, size: 1003 })).toEqual({
      deployment_id: 1005,
      min_version: 2,
      count: 1,
      size: 1003,
    });
  });

  it("never becomes the name of another, in whatever order they were learnt", () => {
    const name = fc.stringMatching(/^[a-z]{3}-[0-9]{4,8}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 12 }), (all) => {
        const names = openSubstitutions();
        // Each has the name that the next one had in the recording.
        const next = (at: number): string => all[(at + 1) % all.length] ?? "";
        for (const [at, each] of all.entries()) names.learn("id", each, next(at));
        expect(names.apply(all.join("/"))).toBe(all.map((_, at) => next(at)).join("/"));
      }),
    );
  });
});
