import { expect, it } from "vitest";
import { readSecretLines } from "./secret-lines.ts";

it.each<[what: string, text: string, secrets: Readonly<Record<string, string>>]>([
  ["comments and empty lines", "# of the shop\n\nA=1\r\n  \nB=2", { A: "1", B: "2" }],
  ["quotes, and a comment behind them", `A="x y" # why\nB='q'\nC=a#b`, { A: "x y", B: "q", C: "a" }],
  ["a # within quotes", `A="x # y"`, { A: "x # y" }],
  [
    "a value of several lines",
    `A="""one\n# two\nthree"""\nB="""four"""`,
    { A: "one\n# two\nthree", B: "four" },
  ],
  ["no value that does not end", `A=1\nB="""two\nC=3`, { A: "1" }],
])("reads %s", (_what, text, secrets) => {
  expect(readSecretLines(text)).toEqual(secrets);
});

it("refuses a line without a name, and does not print it", () => {
  expect(() => readSecretLines("A=1\n=s3cret")).toThrow(/found a line without a name$/);
});
