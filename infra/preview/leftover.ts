import type { CloudAccess } from "../shared/cloud-access.ts";
import type { Repository } from "../github/client.ts";

/** Where the environments of pull requests are, by staging's names and the settings of previews. */
export interface PreviewPlace extends Repository {
  readonly neon: { readonly project: string; readonly organizationId?: string | undefined };
  readonly fly: { readonly organization: string; readonly apps: readonly string[] };
  readonly vercel: {
    readonly team: string;
    readonly project: string;
    readonly domain: string;
    /** Whether the project has environments of pull requests alone: production is nowhere in it. */
    readonly isOwn: boolean;
  };
}

/** One thing at a cloud that belongs to the environment of a pull request, by its name or its mark. */
export interface Leftover {
  readonly cloud: keyof CloudAccess;
  /** For people: `branch pr-42`. */
  readonly what: string;
  readonly pullRequest: number;
  /** The environment's lease, deleted last: it names the environment, and the run that removes the rest holds it. */
  readonly isLease?: true;
  /** Takes it away; one that is gone already is a success. */
  remove(): Promise<void>;
}

/** It stays, and does no harm: the token has no right to remove it. The message names who removes it. */
export class LeftoverStays extends Error {
  override readonly name = "LeftoverStays";
}
