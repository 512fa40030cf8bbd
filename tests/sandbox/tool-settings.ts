import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";

const settings = join(import.meta.dirname, "..", "fixtures", "settings");
const productionFile = "Pulumi.prod.yaml";
const migrationsKey = "rollout:migrations";

interface StackFile {
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * Replaces the stack files and fly.*.toml of a checkout by those of the tests. The tests of the tool name apps, roles and
 * the repository, and must pass in a checkout whose owner has named them differently.
 */
export function useToolSettings(root: string): void {
  const approvals = approvalsOf(join(root, productionFile));
  cpSync(settings, root, { recursive: true });
  if (approvals === undefined) return;
  // The migrations stay those of the checkout, and so do the approvals that production asks for.
  const file = join(root, productionFile);
  const added = dump({ [migrationsKey]: approvals }, { indent: 2 }).replace(/^(?=.)/gm, "  ");
  writeFileSync(file, `${readFileSync(file, "utf8").trimEnd()}\n${added}`);
}

function approvalsOf(file: string): unknown {
  if (!existsSync(file)) return undefined;
  return (load(readFileSync(file, "utf8")) as StackFile).config?.[migrationsKey];
}
