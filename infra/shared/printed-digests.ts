export interface PrintedDigest {
  /** With slashes. */
  readonly path: string;
  readonly digest: string;
}

/** The files that a build reports to have built, with the digests of what they were built from: a line `FILE DIGEST` for each. */
export function printedDigests(printed: string): readonly PrintedDigest[] {
  return [...printed.matchAll(/^(.*\S) ([0-9a-f]{64})$/gm)].map(([, path = "", digest = ""]) => ({
    path: path.replaceAll("\\", "/"),
    digest,
  }));
}
