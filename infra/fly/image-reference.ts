import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { digest, shortDigest } from "../shared/digest.ts";
import { copiedFiles } from "./copied-files.ts";
import { readFlyConfig, tableOf } from "./fly-config.ts";

/** What an image is made of, in addition to its sources. */
export interface ImageRecipe {
  /** The project's folder: the build's context. */
  readonly root: string;
  /** Path of the Dockerfile, from there. */
  readonly dockerfile: string;
  /** What the fly.*.toml gives the build. */
  readonly build: BuildInputs;
}

/** What an image is made of. */
export interface ImageContents extends ImageRecipe {
  /** Digests of the sources of everything in the image. A change of one is another image. */
  readonly sourceDigests: readonly string[];
}

/** What `[build]` of a fly.*.toml gives the build of an image, beyond the Dockerfile. */
export interface BuildInputs {
  readonly args?: Readonly<Record<string, string>>;
  /** The Dockerfile's stage that becomes the image. */
  readonly target?: string;
  /** Path of a file with patterns of what stays out of the context. */
  readonly ignoreFile?: string;
}

export function buildInputsOf(configText: string, file: string): BuildInputs {
  const { args, "build-target": target, ignorefile } = tableOf(readFlyConfig(configText, file)["build"]);
  const given = Object.entries(tableOf(args)).map(([name, value]) => [name, String(value)]);
  return {
    ...(given.length === 0 ? {} : { args: Object.fromEntries(given) as Record<string, string> }),
    ...(typeof target === "string" ? { target } : {}),
    ...(typeof ignorefile === "string" ? { ignoreFile: ignorefile } : {}),
  };
}

/**
 * Digest of what goes into an image in addition to its sources. Machines of another one run another image, also where the sources
 * are the same.
 */
export function imageRecipe({ root, dockerfile, build }: ImageRecipe): string {
  const text = readFileSync(join(root, dockerfile), "utf8");
  const { ignoreFile, ...given } = build;
  // The first that exists, as flyctl takes them (superfly/flyctl, internal/build/imgsrc/dockerfile_builder.go).
  const ignored = [...(ignoreFile ? [ignoreFile] : [`${dockerfile}.dockerignore`, ".dockerignore"])]
    .map((path) => join(root, path))
    .find(existsSync);
  const others = {
    ...given,
    ...(ignored === undefined ? {} : { ignored: readFileSync(ignored, "utf8") }),
    copied: copiedFiles(text, root),
  };
  return shortDigest(digest([text, others]));
}

/** The tag of an image with these contents. */
function labelOf({ sourceDigests, ...recipe }: ImageContents): string {
  return `content-${shortDigest(digest([...sourceDigests, imageRecipe(recipe)]))}`;
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
