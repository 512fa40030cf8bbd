import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Linter } from "eslint";
import { parser } from "typescript-eslint";
import { describe, expect, it } from "vitest";

interface WallClock {
  readonly refused: readonly { readonly selector: string; readonly message: string }[];
  readonly exceptions: readonly { readonly file: string; readonly reason: string }[];
}

const checkout = join(import.meta.dirname, "..");
const { refused, exceptions } = JSON.parse(
  readFileSync(join(import.meta.dirname, "wall-clock.json"), "utf8"),
) as WallClock;

/** How often the rule of eslint.config.mjs finds something in a text. */
function findings(text: string): number {
  const config: Linter.Config = {
    files: ["**/*.ts"],
    languageOptions: { parser },
    rules: { "no-restricted-syntax": ["error", ...refused] },
  };
  return new Linter().verify(text, config, { filename: "a.test.ts" }).length;
}

describe("the linter of tests", () => {
  it.each([
    ["a sleep of node:timers/promises", `import { setTimeout as sleep } from "node:timers/promises";`],
    ["a sleep of one's own", "await new Promise((resolve) => setTimeout(resolve, 50));"],
    ["a sleep by promisify", "const sleep = promisify(setTimeout);"],
    ["an upper bound on a difference", "expect(Date.now() - began).toBeLessThan(10_000);"],
    [
      "an upper bound on a rounded difference",
      "expect(Math.round(performance.now() - t)).toBeLessThanOrEqual(9);",
    ],
    ["an upper bound on a duration", "expect(elapsed).toBeLessThan(1);"],
    ["an upper bound on a duration with a message", "expect(startSeconds, 'start').toBeLessThan(1);"],
  ])("refuses %s", (_name, text) => {
    expect(findings(text)).toBeGreaterThan(0);
  });

  it.each([
    "await vi.waitUntil(() => isThere, { timeout: 20_000 });",
    "expect(text.length).toBeLessThan(80);",
    "expect(performance.now() - begin).toBeGreaterThan(75);",
    'const program = "setTimeout(() => {}, 60_000)";',
  ])("takes %s", (text) => {
    expect(findings(text)).toBe(0);
  });

  it.each(exceptions)("has an exception for $file, which needs it", ({ file, reason }) => {
    expect(existsSync(join(checkout, file))).toBe(true);
    expect(findings(readFileSync(join(checkout, file), "utf8"))).toBeGreaterThan(0);
    expect(reason.length).toBeGreaterThan(20);
  });
});
