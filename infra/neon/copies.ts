import { backupPrefix, keptPrefix, rehearsalPrefix } from "./branch-names.ts";

/** As much of a branch as it takes. */
export interface BranchInTree {
  readonly id: string;
  readonly name: string;
  readonly parent_id?: string | undefined;
}

/**
 * A branch with all that exists for its sake alone, in the order in which Neon lets them be deleted: children first. Those
 * are its backups, what a killed rehearsal left and, once it was restored, what was kept of it: of these it is a descendant then, and its older
 * backups are children of theirs. A copy that something else has grown from is left out, as is what it has grown from.
 */
export function withItsCopies(id: string, branches: readonly BranchInTree[]): readonly BranchInTree[] {
  const branch = branches.find((each) => each.id === id);
  if (!branch) return [];
  const isItsCopy = ({ name }: BranchInTree): boolean =>
    [backupPrefix, keptPrefix, rehearsalPrefix].some((prefix) => name.startsWith(`${prefix}${branch.name}-`));
  const family = new Set([id]);
  for (let at = parentOf(branch, branches); at && isItsCopy(at); at = parentOf(at, branches))
    family.add(at.id);
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const each of branches) {
      const isBackupOfIt =
        each.parent_id === id &&
        [backupPrefix, rehearsalPrefix].some((prefix) => each.name.startsWith(prefix));
      if (each.parent_id !== undefined && family.has(each.parent_id) && (isBackupOfIt || isItsCopy(each)))
        family.add(each.id);
    }
  }
  const ordered: BranchInTree[] = [];
  for (let left = [...branches]; ;) {
    const leaf = left.find(
      (each) => family.has(each.id) && !left.some((child) => child.parent_id === each.id),
    );
    if (!leaf) return ordered;
    ordered.push(leaf);
    left = left.filter((each) => each !== leaf);
  }
}

function parentOf({ parent_id }: BranchInTree, branches: readonly BranchInTree[]): BranchInTree | undefined {
  return branches.find(({ id }) => id === parent_id);
}
