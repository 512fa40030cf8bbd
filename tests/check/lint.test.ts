import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { configs, plugin } from "typescript-eslint";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { chooseParts } from "./parts.ts";

const root = join(import.meta.dirname, "..", "..");
const ofTypescript = "@typescript-eslint/";

/** What oxlint does not have, and why it is done without. docs/decisions/lint.md */
const leftOut: Readonly<Record<string, string>> = {
  "no-unsafe-class-instance-assignment": "oxlint does not have it",
  "require-await": "an async method of an interface need not await in every implementation",
};

/** A fault for each rule of .oxlintrc.json. */
const faults: Readonly<Record<string, string>> = {
  "await-thenable": "export const f = async (): Promise<void> => {\n  await 1;\n};",
  "no-array-delete": "export const f = (list: string[]): void => {\n  delete list[0];\n};",
  "no-base-to-string": "export const f = (value: { a: 1 }): string => String(value);",
  "no-confusing-void-expression":
    "export const f = (g: () => void): void => {\n  const x = g();\n  void x;\n};",
  "no-deprecated": "/** @deprecated gone */\nconst g = (): number => 1;\nexport const x = g();",
  "no-duplicate-type-constituents": "export type T = string | string;",
  "no-floating-promises": "export const f = (g: () => Promise<void>): void => {\n  g();\n};",
  "no-for-in-array":
    "export const f = (list: string[]): void => {\n  for (const each in list) console.log(each);\n};",
  "no-generated-empty-object-type":
    "export const f = <T extends Omit<{ a: string }, 'a'>>(value: T): T[] => [value, value];\nexport type X = Omit<{ a: string }, 'a'>;",
  "no-implied-eval": 'export const f = (): unknown => new Function("return 1");',
  "no-meaningless-void-operator": "export const f = (g: () => void): void => {\n  void g();\n};",
  "no-misused-promises":
    "export const f = (g: () => Promise<boolean>): number => {\n  if (g()) return 1;\n  return 2;\n};",
  "no-misused-spread": 'export const x = { ...["a"] };',
  "no-mixed-enums": 'export declare enum E {\n  A = 1,\n  B = "b",\n}',
  "no-redundant-type-constituents": "export type T = unknown | string;",
  "no-unnecessary-boolean-literal-compare":
    "export const f = (is: boolean): number => (is === true ? 1 : 2);",
  "no-unnecessary-condition": "export const f = (a: { b: 1 }): number => (a ? 1 : 2);",
  "no-unnecessary-template-expression": 'export const x = `a${"b"}`;',
  "no-unnecessary-type-arguments":
    "const g = <T = string>(value: T[]): T[] => value;\nexport const x = g<string>([]);",
  "no-unnecessary-type-assertion": "export const f = (a: string): string => a as string;",
  "no-unnecessary-type-conversion": "export const f = (a: string): string => String(a);",
  "no-unnecessary-type-parameters": "export const f = <T,>(a: T): void => {\n  console.log(a);\n};",
  "no-unsafe-argument": "export const f = (a: any, g: (b: string) => void): void => {\n  g(a);\n};",
  "no-unsafe-assignment":
    "export const f = (a: any): void => {\n  const b = a;\n  console.log(typeof b);\n};",
  "no-unsafe-call": "export const f = (a: any): void => {\n  a();\n};",
  "no-unsafe-enum-assignment":
    "enum E {\n  A = 1,\n}\nexport const f = (n: number): void => {\n  const e: E = n;\n  console.log(e);\n};",
  "no-unsafe-enum-comparison": "enum E {\n  A = 1,\n}\nexport const f = (e: E): boolean => e === 1;",
  "no-unsafe-member-access": "export const f = (a: any): void => {\n  console.log(typeof a.b);\n};",
  "no-unsafe-return": "export const f = (a: any): string => {\n  return a;\n};",
  "no-unsafe-unary-minus": "export const f = (a: string): number => -a;",
  "no-useless-default-assignment": "export const f = ({ a = 1 }: { a: number }): number => a;",
  "only-throw-error": 'export const f = (): never => {\n  throw "a";\n};',
  "prefer-promise-reject-errors": 'export const f = (): Promise<never> => Promise.reject("a");',
  "prefer-reduce-type-parameter":
    "export const f = (list: string[]): string[] => list.reduce((all, each) => [...all, each], [] as string[]);",
  "prefer-return-this-type": "export class C {\n  f(): C {\n    return this;\n  }\n}",
  "related-getter-setter-pairs": "export interface I {\n  get a(): string;\n  set a(b: number);\n}",
  "restrict-plus-operands": 'export const f = (a: number): string => a + "b";',
  "restrict-template-expressions": "export const f = (a: { b: 1 }): string => `${a}`;",
  "return-await":
    "export const f = async (g: () => Promise<number>): Promise<number> => {\n  try {\n    return g();\n  } catch {\n    return 1;\n  }\n};",
  "unbound-method": "class C {\n  f(): this {\n    return this;\n  }\n}\nexport const { f } = new C();",
  "use-unknown-in-catch-callback-variable":
    "export const f = (g: Promise<void>): Promise<void> => g.catch((error) => {\n  console.log(typeof error);\n});",
  "dot-notation": 'export const f = (a: { b: 1 }): number => a["b"];',
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lint-"));
  for (const file of [".oxlintrc.json", "tsconfig.json"]) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, "infra"));
  for (const [rule, code] of Object.entries(faults))
    writeFileSync(join(folder, "infra", `${rule}.ts`), `${code}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What typescript-eslint's rules say of themselves. */
const withRules = z.object({
  rules: z.record(
    z.string(),
    z.object({
      meta: z.object({ docs: z.object({ requiresTypeChecking: z.unknown().optional() }).optional() }),
    }),
  ),
});

const isOn = (level: unknown): boolean => (Array.isArray(level) ? level[0] : level) !== "off";

it("has every rule of typescript-eslint that needs types, by oxlint, and every other by ESLint", async () => {
  const strict = Object.assign({}, ...configs.strictTypeChecked.map(({ rules }) => rules)) as Readonly<
    Record<string, unknown>
  >;
  const expected = Object.keys(strict)
    .filter((name) => name.startsWith(ofTypescript) && isOn(strict[name]))
    .map((name) => name.slice(ofTypescript.length));
  const { rules } = withRules.parse(plugin);
  const needsTypes = (name: string): boolean => Boolean(rules[name]?.meta.docs?.requiresTypeChecking);
  const typed = [...expected.filter(needsTypes), "dot-notation"].filter((name) => !(name in leftOut));
  expect(typed.length).toBeGreaterThan(30);
  expect(Object.keys(faults).sort()).toEqual(typed.sort());

  const { default: ours } = (await import(pathToFileURL(join(root, "eslint.config.mjs")).href)) as {
    readonly default: readonly { readonly rules?: object }[];
  };
  const byEslint = Object.assign({}, ...ours.map((each) => each.rules)) as Readonly<Record<string, unknown>>;
  for (const name of expected)
    expect([name, isOn(byEslint[ofTypescript + name] ?? "off")]).toEqual([name, !needsTypes(name)]);
});

it("finds a fault by each rule of .oxlintrc.json", () => {
  const [{ args } = { args: [] }] = chooseParts(["oxlint"]);
  const { stdout, stderr, status } = spawnSync(process.execPath, [...args, "--format=json"], {
    cwd: folder,
    encoding: "utf8",
    timeout: 100_000,
  });
  expect(status, stderr).toBe(1);
  const { diagnostics } = JSON.parse(stdout) as {
    readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
  };
  const found = new Set(diagnostics.map(({ code, filename }) => `${filename}: ${code}`));
  const missed = Object.keys(faults).filter((rule) => !found.has(`infra/${rule}.ts: typescript(${rule})`));
  expect(missed, [...found].join("\n")).toEqual([]);
});
