import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildWeb } from "./build-web.ts";
import { buildWorkers, type BuiltFile } from "./build-workers.ts";

const usage = "usage: npm run build:workers | build:web -- [--out DIR]";

/** Runs the command line of `run.mjs`. `root` is the checkout; DIR is relative to where npm was called. */
export async function runBuild(root: string, args: readonly string[], calledFrom: string): Promise<void> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: "string" } },
  });
  const out = (fallback: string): string => resolve(calledFrom, values.out ?? join(root, fallback));
  const build = async (): Promise<readonly BuiltFile[]> => {
    if (positionals[0] === "workers") return buildWorkers(root, out("dist/workers"));
    if (positionals[0] === "web") return buildWeb(root, out(".vercel/output"));
    throw new Error(usage);
  };
  for (const { file, digest } of await build()) process.stdout.write(`${relative(root, file)} ${digest}\n`);
}
