import { basename, dirname } from "node:path";
import type { Checkout } from "./checkout.ts";

/**
 * Moves a checkout into a monorepo: its repository is the folder above from now on, and what else is there belongs to other
 * packages. The commits so far have the project at their root. The next commit is to be made by the test.
 */
export function moveIntoMonorepo(checkout: Checkout): void {
  const { root } = checkout;
  checkout.git("config", "core.worktree", dirname(root));
  checkout.git("read-tree", "--empty");
  const folder = checkout.git("rev-parse", "--show-prefix");
  if (folder !== `${basename(root)}/`)
    throw new Error(`the checkout is no folder of its repository: ${folder}`);
}
