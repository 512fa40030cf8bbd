import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExportedState } from "./golden-state.ts";
import { toGolden } from "./golden-state.ts";

/**
 * Keeps the state of a stack as a golden one, from a sandbox with a rollout of this version:
 * `bin/sandbox pulumi stack export --stack staging | npx tsx tests/golden/record.ts VERSION staging`
 */
const [version, stack] = process.argv.slice(2);
if (version === undefined || stack === undefined) throw new Error("usage: record.ts VERSION STACK");
const folder = join(import.meta.dirname, version);
mkdirSync(folder, { recursive: true });
const state = JSON.parse(readFileSync(0, "utf8")) as ExportedState;
writeFileSync(join(folder, `${stack}.json`), `${JSON.stringify(toGolden(state), null, 1)}\n`);
