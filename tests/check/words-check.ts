// Checks names and printed texts of the tool for words that are not the field's; part of `npm run check`. The application's
// own files are not looked at.
import { globSync } from "node:fs";
import { wordFaultsOf } from "./words.ts";

const files = globSync("{infra,stacks,cli,sandbox}/**/*.ts", {
  exclude: (path) => path.includes("node_modules"),
});
const faults = wordFaultsOf(files);
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (files.length === 0)
  process.stderr.write("expected TypeScript files in infra, stacks, cli and sandbox, found none\n");
if (faults.length > 0 || files.length === 0) process.exitCode = 1;
