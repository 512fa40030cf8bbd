import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Uploaded contents by their SHA-1, as the vendor keeps them. */
export interface FileStore {
  /**
   * Keeps `body` under its digest and returns it. With `expected`, a body of another digest is not kept and
   * `undefined` is returned.
   */
  put(body: ReadableStream<Uint8Array> | null, expected?: string): Promise<StoredFile | undefined>;
  has(sha: string): Promise<boolean>;
  path(sha: string): string;
}

export interface StoredFile {
  readonly sha: string;
  readonly size: number;
}

export function openFileStore(folder: string): FileStore {
  const path = (sha: string): string => join(folder, sha.slice(0, 2), sha);
  return {
    path,
    has: async (sha) =>
      stat(path(sha)).then(
        (found) => found.isFile(),
        () => false,
      ),
    put: async (body, expected) => {
      await mkdir(folder, { recursive: true });
      const draft = join(folder, `draft-${randomUUID()}`);
      try {
        const stored = await writeDraft(draft, body);
        if (expected !== undefined && expected !== stored.sha) return undefined;
        await mkdir(dirname(path(stored.sha)), { recursive: true });
        await rename(draft, path(stored.sha));
        return stored;
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}

async function writeDraft(draft: string, body: ReadableStream<Uint8Array> | null): Promise<StoredFile> {
  const hash = createHash("sha1");
  let size = 0;
  const handle = await open(draft, "w");
  try {
    for await (const chunk of body ?? []) {
      hash.update(chunk);
      size += chunk.byteLength;
      await handle.appendFile(chunk);
    }
    await handle.datasync();
  } finally {
    await handle.close();
  }
  return { sha: hash.digest("hex"), size };
}
