import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { substitute } from "./substitution.ts";

const ports = new Map([
  [20_001, 21_001],
  [20_002, 21_002],
  // As an old port and as a new one.
  [21_001, 20_002],
]);
const change = substitute(ports);
const port = fc.integer({ min: 1024, max: 65_535 });

describe("new addresses", () => {
  it.each([
    ["postgresql://a:b@127.0.0.1:20001/app", "postgresql://a:b@127.0.0.1:21001/app"],
    ["http://127.0.0.1:20002/v1,http://127.0.0.1:20001", "http://127.0.0.1:21002/v1,http://127.0.0.1:21001"],
    ["?to=127.0.0.1%3A20001", "?to=127.0.0.1%3A21001"],
    ["127.0.0.1:21001", "127.0.0.1:20002"],
    ["127.0.0.1:200012", "127.0.0.1:200012"],
    ["127.0.0.1:2000", "127.0.0.1:2000"],
    ["20001", "20001"],
    ["localhost:20001", "localhost:20001"],
  ])("in %s give %s", (before, after) => {
    expect(change.text(before)).toBe(after);
  });

  it("are put in wherever an address stands in a JSON value, and nowhere else", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...ports.keys()), port, (rest, known, unknown) => {
        fc.pre(!ports.has(unknown) && !/127\.0\.0\.1|"port"/.test(JSON.stringify(rest)));
        const before = {
          rest,
          url: `http://127.0.0.1:${known}/`,
          port: known,
          count: known,
          list: [unknown],
        };
        const next = ports.get(known);
        expect(change.value(before)).toEqual({
          ...{ rest, count: known, list: [unknown] },
          ...{ url: `http://127.0.0.1:${String(next)}/`, port: next },
        });
        const other = { rest, port: unknown };
        expect(change.value(other)).toBe(other);
      }),
    );
  });

  it("are taken back by the opposite change", () => {
    const there = new Map(
      fc.sample(fc.integer({ min: 20_000, max: 20_999 }), 50).map((each) => [each, each + 5000]),
    );
    const [out, back] = [
      substitute(there),
      substitute(new Map([...there].map(([one, other]) => [other, one]))),
    ];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.constantFrom(...there.keys()))), (parts) => {
        const text = parts.map(([before, each]) => `${before} 127.0.0.1:${String(each)}/`).join("");
        expect(back.text(out.text(text))).toBe(text);
      }),
    );
  });

  it("replace a digest as it stands, and no part of a longer one", () => {
    const digests = substitute(new Map());
    digests.digest("0123456789abcdef", "fedcba9876543210");
    expect(digests.text("KEY=0123456789abcdef@2026-01-01 0123456789abcdef0")).toBe(
      "KEY=fedcba9876543210@2026-01-01 0123456789abcdef0",
    );
  });
});
