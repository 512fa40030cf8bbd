import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildWeb } from "./build-web.ts";
import { buildWorkers } from "./build-workers.ts";

const usage = "usage: npm run build:workers | npm run build:web -- [--out DIR]";

/** Does what the command line of `run.mjs` says. `root` is the checkout; DIR is relative to where npm was called. */
export async function runBuild(root: string, args: readonly string[], calledFrom: string): Promise<void> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { out: { type: "string", default: `${root}/.vercel/output` } },
  });
  if (positionals[0] === "workers") await buildWorkers(root);
  else if (positionals[0] === "web") await buildWeb(root, resolve(calledFrom, values.out));
  else throw new Error(usage);
}
