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
  // The rules that need types are oxlint's, in a tenth of the time: .oxlintrc.json, docs/decisions/lint.md
  ...tseslint.configs.strict,
  {
    plugins: { sonarjs: { rules: { "cognitive-complexity": cognitiveComplexity } } },
    rules: {
      "sonarjs/cognitive-complexity": ["error", mostComplexity],
      "@typescript-eslint/consistent-type-imports": "error",
      // A leading underscore marks what is taken out of an object and thrown away.
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
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
    // Vendors' tools load their configuration as the default export.
    files: ["**/*.config.ts", "**/*.config.mts"],
    rules: { "no-restricted-syntax": "off" },
  },
);
