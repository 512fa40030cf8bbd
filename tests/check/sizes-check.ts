// Checks that no file is too small for its single user or too long for its reader, and no table too wide; part of `npm run check`. The applications of
// tests are as they are.
import { globSync, readFileSync } from "node:fs";
import { sep } from "node:path";
import { sizeFaults, tableFaults } from "./sizes.ts";

const files = globSync(
  ["*.{ts,mts,mjs}", "{infra,stacks,cli,src,sandbox,tests,bench,bin}/**/*.{ts,mts,mjs,cjs}"],
  {
    exclude: (path) => /(^|\/)(node_modules|dist|\.vercel|\.sandbox)(\/|$)|^tests\/applications\//.test(path),
  },
).map((file) => file.split(sep).join("/"));
const pages = globSync(["*.md", "docs/**/*.md"]);
const faults = [
  ...sizeFaults(".", files),
  ...pages.flatMap((page) => tableFaults(page, readFileSync(page, "utf8"))),
];
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (files.length === 0)
  process.stderr.write("expected source files in infra, stacks, cli and src, found none\n");
if (faults.length > 0 || files.length === 0) process.exitCode = 1;
