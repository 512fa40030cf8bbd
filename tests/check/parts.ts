import { join } from "node:path";

/** One program of `npm run check`. */
export interface Part {
  readonly name: string;
  /** Arguments of Node; the first is the program's file. */
  readonly args: readonly string[];
}

const packageFile = (path: string): string => join("node_modules", ...path.split("/"));
const cache = (name: string): string => join("node_modules", ".cache", name);

const apart = [
  ...["infra", "stacks", "cli", "src"].map((folder) => `sandbox|${folder}`),
  ...["infra", "stacks", "cli"].map((folder) => `src|${folder}`),
];

/**
 * The slowest first: two run at a time. Caches lie in `node_modules`, so that `npm ci` and a fresh clone begin without any; tsc's
 * is named in tsconfig.json.
 */
const checkParts: readonly Part[] = [
  {
    name: "eslint",
    args: [
      packageFile("eslint/bin/eslint.js"),
      ".",
      "--cache",
      "--cache-strategy=content",
      `--cache-location=${cache("eslint.json")}`,
    ],
  },
  { name: "tsc", args: [packageFile("typescript/bin/tsc"), "--noEmit"] },
  { name: "oxlint", args: [packageFile("oxlint/bin/oxlint"), "--disable-nested-config"] },
  {
    name: "prettier",
    args: [
      packageFile("prettier/bin/prettier.cjs"),
      "--check",
      "--log-level=warn",
      "--cache",
      "--cache-strategy=content",
      `--cache-location=${cache("prettier.json")}`,
      ".",
    ],
  },
  {
    name: "layers",
    args: [
      packageFile("dependency-cruiser/bin/dependency-cruiser.mjs"),
      "--config",
      join("tests", "check", "layers.mjs"),
      ...["infra", "stacks", "cli", "src", "sandbox"],
    ],
  },
  {
    name: "lock-file",
    args: [packageFile("tsx/dist/cli.mjs"), join("tests", "check", "lock-file-check.ts")],
  },
  {
    name: "words",
    args: [packageFile("tsx/dist/cli.mjs"), join("tests", "check", "words-check.ts")],
  },
  {
    name: "duplicates",
    args: [
      packageFile("jscpd/run-jscpd.js"),
      "--no-colors",
      // About seven lines; imports do not count.
      ...["--min-tokens", "60", "--min-lines", "7", "--mode", "weak", "--ignore-pattern", "import[^;]*;"],
      ...["--format", "typescript,javascript", "--reporters", "ai", "--exit-code", "--fail-on-empty"],
      // What may share no code may have the same lines: the sandbox and what it tests, the application and what rolls it out.
      ...["--skip-isolated", apart.join(",")],
      // Tests set up what they need where it is read.
      ...["--ignore", "**/node_modules/**,**/*.test.ts"],
      ...["infra", "stacks", "cli", "src", "sandbox", "bench", "monitoring"],
    ],
  },
  {
    name: "unused",
    args: [packageFile("knip/bin/knip.js"), "--no-progress", "--cache", `--cache-location=${cache("knip")}`],
  },
  { name: "licences", args: [packageFile("tsx/dist/cli.mjs"), join("tests", "check", "licences-check.ts")] },
  { name: "secrets", args: [packageFile("tsx/dist/cli.mjs"), join("tests", "check", "secrets-check.ts")] },
  { name: "sbom", args: [packageFile("tsx/dist/cli.mjs"), join("tests", "check", "sbom-check.ts")] },
  { name: "audit", args: [packageFile("tsx/dist/cli.mjs"), join("tests", "check", "audit-check.ts")] },
  { name: "sizes", args: [packageFile("tsx/dist/cli.mjs"), join("tests", "check", "sizes-check.ts")] },
  { name: "workflows", args: [packageFile("tsx/dist/cli.mjs"), join("tests", "workflows", "check.ts")] },
];

/** Those of these names, or all where none is named. Ends the program with 2 where there is no such part. */
export function chooseParts(names: readonly string[]): readonly Part[] {
  const unknown = names.filter((name) => !checkParts.some((part) => part.name === name));
  if (unknown.length > 0) {
    const known = checkParts.map(({ name }) => name).join(", ");
    process.stderr.write(`npm run check has no part ${unknown.join(", ")}. It has: ${known}\n`);
    process.exit(2);
  }
  return names.length === 0 ? checkParts : checkParts.filter(({ name }) => names.includes(name));
}
