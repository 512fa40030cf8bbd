import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Emulators } from "./emulators.ts";
import type { RecordedCall } from "./recorded-call.ts";

/** `registry.fly.io/app:label`, with or without a digest. */
const reference = /registry\.fly\.io\/[\w-]+(?::[\w.-]+)?/g;
const digestForm = /sha256:[0-9a-f]{64}/g;

/**
 * Puts an empty image into Fly's registry for each that a call names, before it is sent: no recording has what was pushed, and
 * what was built was built elsewhere. A query that the recording answered with no digest comes before the image was pushed.
 */
export async function putImages(
  { fly: { store, dataFolder } }: Pick<Emulators, "fly">,
  call: RecordedCall,
): Promise<void> {
  const text = JSON.stringify([call.body, call.answer?.json ?? null]);
  const digests = new Set(text.match(digestForm) ?? []);
  const [first] = digests;
  if (call.cloud !== "fly" || first === undefined || (call.answer?.status ?? 500) >= 400) return;
  for (const digest of digests) {
    if (store.state.images[digest]) continue;
    store.state.images[digest] = {
      digest,
      createdAt: new Date().toISOString(),
      sizeBytes: 1,
      config: { env: {}, workdir: "/", entrypoint: [], cmd: ["replayed"], user: "", exposed: [] },
    };
    await mkdir(join(dataFolder, "images", digest.replace("sha256:", "")), { recursive: true });
  }
  for (const tag of text.match(reference) ?? []) if (tag.includes(":")) store.state.tags[tag] ??= first;
  await store.commit();
}
