import type { GitHub, Repository } from "./client.ts";

const note =
  "This branch holds notes of rollouts in the messages of its commits, and no files of the project.\n";

/** Each process asks for it once a repository. */
const known = new WeakMap<GitHub, Map<string, Promise<string>>>();

/**
 * A tree with one small file, for commits that are notes. With the tree of a real commit, GitHub demands the right
 * `workflows: write` wherever its workflow files differ from those of the branches.
 */
export function noteTree(github: GitHub, { owner, repository }: Repository): Promise<string> {
  const trees = known.get(github) ?? new Map<string, Promise<string>>();
  known.set(github, trees);
  const name = `${owner}/${repository}`;
  const found = trees.get(name);
  if (found) return found;
  const made = makeTree(github, owner, repository);
  trees.set(name, made);
  // What failed is asked for again.
  made.catch(() => trees.delete(name));
  return made;
}

async function makeTree(github: GitHub, owner: string, repo: string): Promise<string> {
  const { data } = await github.rest.git.createTree({
    owner,
    repo,
    tree: [{ path: "README", mode: "100644", type: "blob", content: note }],
  });
  return data.sha;
}
