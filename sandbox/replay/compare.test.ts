import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareAnswers, type Difference } from "./compare.ts";
import type { Answer } from "./recorded-call.ts";
import { openSubstitutions } from "./substitutions.ts";

const answer = (json: unknown, status = 200, headers: Record<string, string> = {}): Answer => ({
  status,
  json,
  hasBody: json !== undefined,
  headers: new Headers({ "content-type": "application/json", ...headers }),
});

const compare = (recorded: Answer, emulated: Answer, made = true): readonly Difference[] =>
  compareAnswers(recorded, emulated, { names: openSubstitutions(), wasMade: () => made }).differences;

const lines = (recorded: Answer, emulated: Answer, made = true): readonly string[] =>
  compare(recorded, emulated, made).map(
    ({ kind, where, recorded: one, emulated: other }) => `${kind} ${where}: ${one} / ${other}`,
  );

describe("two answers", () => {
  it.each<[string, unknown, unknown, readonly string[]]>([
    [
      "ids, times, texts and amounts",
      { id: "a1", at: "1", n: 1, t: "a b" },
      { id: "b2", at: "2", n: 2, t: "c d" },
      [],
    ],
    ["a field that the emulator lacks", { a: { b: 1 } }, { a: {} }, ["missing a.b: number / nothing"]],
    ["a field that only it has", {}, { a: [] }, ["more a: nothing / array"]],
    ["types", { a: "1" }, { a: 1 }, ["type a: string / number"]],
    ["null", { a: null }, { a: { b: 1 } }, ["null a: null / object"]],
    ["words", { state: "ready" }, { state: "init" }, ['word state: "ready" / "init"']],
    ["a word and a text", { state: "ready" }, { state: "v 1" }, ['word state: "ready" / a text']],
    ["truth", { isOn: true }, { isOn: false }, ["word isOn: true / false"]],
    [
      "items in another order",
      [
        { id: 1, s: "a" },
        { id: 2, s: "b" },
      ],
      [
        { id: 2, s: "b" },
        { id: 1, s: "a" },
      ],
      [],
    ],
    ["a fault of several items", [{ a: 1 }, { a: 2 }], [{}, {}], ["missing [].a: number / nothing"]],
    ["an item", { all: [{ id: 1 }, { id: 2 }] }, { all: [{ id: 1 }] }, ["item all[]: object / nothing"]],
    ["a secret's value", { password: "REDACTED" }, { password: "npg_1234" }, []],
    ["a secret's type", { password: "REDACTED" }, { password: null }, ["null password: string / null"]],
    ["a map by secrets", { REDACTED: { a: 1 }, b: 1 }, { s3cr3t: { a: 1 }, b: 1 }, []],
  ])("are compared by %s", (_what, recorded, emulated, expected) => {
    expect(lines(answer(recorded), answer(emulated))).toEqual(expected);
  });

  it("with an item that was there before the recording do not differ by it", () => {
    expect(lines(answer([{ id: 1 }]), answer([]), false)).toEqual([]);
  });

  it("are compared by status, and a refusal with a success by nothing else", () => {
    expect(lines(answer({ a: 1 }, 201), answer({ a: 1 }))).toEqual(["status status: 201 / 200"]);
    expect(lines(answer({ message: "no" }, 404), answer({ a: 1 }))).toEqual(["status status: 404 / 200"]);
    expect(lines(answer({ code: "gone" }, 404), answer({ code: "missing" }, 404))).toEqual([
      'word code: "gone" / "missing"',
    ]);
  });

  it("are compared by the headers that are read, and by the pages that they link to", () => {
    const [one, other] = [{ link: '<https://a/?p=2>; rel="next"' }, { link: '<https://b/?p=9>; rel="last"' }];
    expect(lines(answer({}, 429, { "retry-after": "5", etag: "x" }), answer({}, 429))).toEqual([
      "header retry-after: a value / nothing",
    ]);
    expect(lines(answer([], 200, one), answer([], 200, other))).toEqual(["header link: next / last"]);
    // Pages of what was there before the recording.
    expect(lines(answer([{ id: 1 }], 200, one), answer([], 200, {}), false)).toEqual([]);
  });

  it("do not differ from themselves, whatever they are", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(lines(answer(json), answer(json))).toEqual([]);
      }),
    );
  });

  it("never show a value that is no word", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{4}[0-9][a-z0-9]{4}$/), (secret) => {
        const found = compare(answer({ a: secret, b: secret, c: "on" }), answer({ a: 1, c: secret }));
        expect(JSON.stringify(found)).not.toContain(secret);
      }),
    );
  });
});
