import { createHash } from "node:crypto";
import type { Commit } from "./state.ts";

/** The name of a commit that was made through the API: of its content, as Git's are. */
export function commitName({ message, tree, parents, author, committer }: Commit): string {
  return createHash("sha1")
    .update(JSON.stringify({ message, tree, parents, author, committer }))
    .digest("hex");
}
