import type { EmulatorContext } from "../emulator.ts";
import type { ImageConfig } from "../fly/state.ts";
import type { RegistryCredentials } from "./state.ts";

/** An image as the registry gives it. */
export interface PulledImage {
  readonly digest: string;
  readonly config: ImageConfig;
  /** Where its files are. */
  readonly rootfs: string;
}

/**
 * Pulls an image from the one registry that this sandbox has, Fly's, with the credentials that the service was given, as
 * Railway pulls a private image (docs.railway.com/builds/private-registries).
 *
 * @throws Error in the words of the deployment's log.
 */
export async function pullImage(
  { registry }: Pick<EmulatorContext, "registry">,
  reference: string,
  credentials: RegistryCredentials | undefined,
): Promise<PulledImage> {
  if (registry === undefined || !reference.startsWith("registry.fly.io/"))
    throw new Error(`Failed to pull image ${reference}: this sandbox has no such registry`);
  const answer = await fetch(`${registry}/sandbox/images/${encodeURIComponent(reference)}`, {
    headers: credentials ? { authorization: `Bearer ${credentials.password}` } : {},
    signal: AbortSignal.timeout(10_000),
  });
  if (answer.status === 401)
    throw new Error(`Failed to pull image ${reference}: unauthorized: authentication required`);
  if (!answer.ok) throw new Error(`Failed to pull image ${reference}: manifest unknown`);
  return (await answer.json()) as PulledImage;
}
