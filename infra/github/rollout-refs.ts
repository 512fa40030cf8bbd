/** Branches for notes of rollouts, which rules of GitHub can guard: those cover branches and tags alone (docs/decisions/record-refs.md). */
const folder = "heads/rollouts";

/** The ref of what GitHub holds of an environment's rollouts, without `refs/`. */
export function rolloutRef(environment: string, what: "lease" | "record"): string {
  return `${folder}/${environment}/${what}`;
}

/** Where the leases of the environments of pull requests are, without `refs/`. */
export const previewRefs = `${folder}/pr-`;

/** Every ref that rules guard for these environments. A branch of a folder's name would keep the refs in it from being made. */
export function guardedRefs(environments: readonly string[]): readonly string[] {
  const own = environments.flatMap((each) => [
    `${folder}/${each}`,
    rolloutRef(each, "lease"),
    rolloutRef(each, "record"),
  ]);
  return [folder, ...own].map((ref) => `refs/${ref}`);
}
