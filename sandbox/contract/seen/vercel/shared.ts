import { type Fields } from "../facts.ts";

/** What Vercel's own command line and the official Terraform provider read of answers: no recording was found. */
export const types = "vercel/vercel internals/types/index.d.ts";

export const cli = (path: string): string => `vercel/vercel packages/cli/src/${path}`;

export const provider = (file: string): string => `vercel/terraform-provider-vercel client/${file}.go`;

export const project = "/v9/projects/{idOrName}";

export const readyStates = "QUEUED, INITIALIZING, BUILDING, READY, ERROR, CANCELED, BLOCKED";

export const pagination: Fields = { count: "integer", next: "integer | null", prev: "integer | null" };
