import type { CloudAccess } from "../shared/cloud-access.ts";
import type { Repository } from "../github/client.ts";

/** Where the environments of pull requests are, by staging's names. */
export interface PreviewPlace extends Repository {
  readonly neon: { readonly project: string; readonly organizationId?: string | undefined };
  readonly fly: { readonly organization: string; readonly apps: readonly string[] };
  readonly vercel: { readonly team: string; readonly project: string; readonly domain: string };
}

/** One thing at a cloud that belongs to the environment of a pull request, as its name or its mark says. */
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
