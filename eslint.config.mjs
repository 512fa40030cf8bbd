import { readFileSync } from "node:fs";
import js from "@eslint/js";
import { rule as cognitiveComplexity } from "eslint-plugin-sonarjs/cjs/S3776/rule.js";
import tseslint from "typescript-eslint";

/** What a test may not do with the wall clock, and the files that may, each with its reason. */
const wallClock = JSON.parse(readFileSync(new URL("tests/wall-clock.json", import.meta.url), "utf8"));

/** Of a function (G. Ann Campbell, "Cognitive Complexity"): what is above is divided. docs/decisions/scans.md */
const mostComplexity = 15;

const restrictedSyntax = [
  { selector: "ExportDefaultDeclaration", message: "Named exports only." },
  {
    selector:
      "ImportDeclaration[source.value=/^(fs|path|os|url|crypto|http|https|net|child_process|stream|events|util)(\\/|$)/]",
    message: "Import Node's modules with the node: prefix.",
  },
];

export default tseslint.config(
  {
    ignores: [
      "**/node_modules/",
      "**/dist/",
      ".sandbox/",
      ".vercel/",
      "coverage/",
      "**/*.cjs",
      "**/*.mjs",
      "bin/",
      // Applications that tests roll out, each in a checkout of its own.
      "tests/applications/next/",
      "tests/applications/orders/",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { sonarjs: { rules: { "cognitive-complexity": cognitiveComplexity } } },
    rules: {
      "sonarjs/cognitive-complexity": ["error", mostComplexity],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // A leading underscore marks what is taken out of an object and thrown away.
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // An async method of an interface need not await in every implementation.
      "@typescript-eslint/require-await": "off",
      // noPropertyAccessFromIndexSignature asks for the brackets that this rule would delete.
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      "no-restricted-syntax": ["error", ...restrictedSyntax],
    },
  },
  {
    files: ["**/*.test.ts", "**/test-*.ts", "**/*-fixture.ts", "tests/**/*.ts"],
    // Not a test's helper: the command that makes a database for tests.
    ignores: [
      "cli/commands/test-database.ts",
      "infra/neon/test-database.ts",
      ...wallClock.exceptions.map(({ file }) => file),
    ],
    rules: { "no-restricted-syntax": ["error", ...restrictedSyntax, ...wallClock.refused] },
  },
  {
    // An Output is thenable to this rule, and is never awaited.
    files: ["infra/**/*.ts", "stacks/**/*.ts"],
    rules: {
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", package: "@pulumi/pulumi", name: ["warn", "info", "error"] },
          ],
        },
      ],
    },
  },
  {
    // Vendors' tools load their configuration as the default export.
    files: ["**/*.config.ts", "**/*.config.mts"],
    rules: { "no-restricted-syntax": "off" },
  },
);
