import { expect, it } from "vitest";
import { wordFaults } from "./words.ts";

it.each([
  ["a text", 'export const reason = "mend the cause";', '"mend"; write: fix'],
  [
    "a template",
    "export const reason = (n: number): string => `${n} of them go by hand`;",
    '"by hand"; write: manually',
  ],
  ["a phrase", 'export const reason = "it said so";', '"said so"; write: report'],
  ["the name of a function", "export function takeAway(): void {}", '"takeAway"; write: delete'],
])("refuses an avoided word in %s, with its line and what to write", (_where, text, fault) => {
  expect(wordFaults("infra/one.ts", `export {};\n${text}\n`)).toEqual([
    expect.stringContaining(`infra/one.ts:2: ${fault}`),
  ]);
});

it("refuses an avoided word in the name of a file", () => {
  expect(wordFaults("cli/bring-back/way back.ts", "")).toHaveLength(1);
});

it("leaves comments alone, and words that only contain one", () => {
  expect(wordFaults("infra/one.ts", '// mended by hand\nexport const amendment = "recommended";\n')).toEqual(
    [],
  );
});
