import { bundle } from "./bundle.ts";

/** What each artifact would be built from; `/api/health` and a worker's `/health` answer the same value. */
export interface SourceDigests {
  readonly web: string;
  readonly worker: string;
  readonly regenerator: string;
}

/** The digests for the checkout at `root`, whose packages are installed; builds nothing on disk. */
export async function sourceDigests(root: string): Promise<SourceDigests> {
  const { web, worker, regenerator } = await bundle(root, ["web", "worker", "regenerator"]);
  return { web: web.digest, worker: worker.digest, regenerator: regenerator.digest };
}
