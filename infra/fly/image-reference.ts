import { readFileSync } from "node:fs";
import { digest, shortDigest } from "../shared/digest.ts";

/** What an image is made of. */
export interface ImageContents {
  /** Path of the Dockerfile, from the project's folder. */
  readonly dockerfile: string;
  /** Digests of the sources of everything in the image. A change of one is another image. */
  readonly sourceDigests: readonly string[];
}

/** The tag of an image with these contents. */
function labelOf({ dockerfile, sourceDigests }: ImageContents): string {
  return `content-${shortDigest(digest([...sourceDigests, readFileSync(dockerfile, "utf8")]))}`;
}

/** The tag in a reference. */
export function imageLabel(reference: string): string {
  return reference.slice(reference.lastIndexOf(":") + 1);
}

/** `registry.fly.io/<app>:content-<digest>`: where an image with these contents is, whether it was built or not. */
export function workerImageReference(app: string, contents: ImageContents): string {
  return `registry.fly.io/${app}:${labelOf(contents)}`;
}
