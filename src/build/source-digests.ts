import { bundle } from "./bundle.ts";
import { remembered } from "./digest-cache.ts";

/** What each artifact would be built from; `/api/health` and a worker's `/health` answer the same value. */
export interface SourceDigests {
  readonly web: string;
  readonly worker: string;
  readonly regenerator: string;
}

/** The digests for the checkout at `root`, whose packages are installed; builds nothing that stays on disk. */
export function sourceDigests(root: string): Promise<SourceDigests> {
  return remembered(root, async () => {
    const { web, worker, regenerator } = await bundle(root, ["web", "worker", "regenerator"]);
    return {
      value: { web: web.digest, worker: worker.digest, regenerator: regenerator.digest },
      files: web.files,
    };
  });
}
