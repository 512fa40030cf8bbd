import { readFileSync } from "node:fs";
import { digest, shortDigest } from "../shared/digest.ts";

/** What an image is made of. */
export interface ImageContents {
  /** Path of the Dockerfile, from the project's folder. */
  readonly dockerfile: string;
  /** Digests of the sources of everything in the image. A change of one is another image. */
  readonly sourceDigests: readonly string[];
}

/**
 * Digest of what goes into an image beside its sources. Machines of another one run another image, also where the sources
 * are the same.
 */
export function imageRecipe(dockerfile: string): string {
  return shortDigest(digest([readFileSync(dockerfile, "utf8")]));
}

/** The tag of an image with these contents. */
function labelOf({ dockerfile, sourceDigests }: ImageContents): string {
  return `content-${shortDigest(digest([...sourceDigests, readFileSync(dockerfile, "utf8")]))}`;
}

/** The tag in a reference that has no digest. */
export function imageLabel(reference: string): string {
  return reference.slice(reference.lastIndexOf(":") + 1);
}

/** The reference with the digest that the registry has it under: whatever its tag names later, it is this image. */
export function pinned(reference: string, imageDigest: string): string {
  return `${reference}@${imageDigest}`;
}

/** A pinned reference in its two parts; one of earlier versions has no digest. */
export function unpinned(reference: string): { readonly reference: string; readonly digest?: string } {
  const [name = reference, imageDigest] = reference.split("@");
  return { reference: name, ...(imageDigest === undefined ? {} : { digest: imageDigest }) };
}

/** `registry.fly.io/<app>:content-<digest>`: where an image with these contents is, whether it was built or not. */
export function workerImageReference(app: string, contents: ImageContents): string {
  return `registry.fly.io/${app}:${labelOf(contents)}`;
}
