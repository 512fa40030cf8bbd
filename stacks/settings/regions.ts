/**
 * Where a Neon project can be (neon.com/docs/introduction/regions; those at Azure have ended in August 2026). One that is newer
 * than this list is added here.
 */
export const neonRegions = [
  "aws-us-east-1",
  "aws-us-east-2",
  "aws-us-west-2",
  "aws-eu-central-1",
  "aws-eu-west-2",
  "aws-ap-southeast-1",
  "aws-ap-southeast-2",
  "aws-sa-east-1",
] as const;

/**
 * Where Fly has had machines (fly.io/docs/reference/regions, as clients list it: docs.rs/flytrap, fly-sdk). Some of them take no
 * new ones any more; which those are is for Fly to list.
 */
export const flyRegions = [
  ...(["ams", "arn", "atl", "bog", "bom", "bos", "cdg", "den", "dfw", "ewr", "eze", "fra"] as const),
  ...(["gdl", "gig", "gru", "hkg", "iad", "jnb", "lax", "lhr", "mad", "mia", "nrt", "ord"] as const),
  ...(["otp", "phx", "qro", "scl", "sea", "sin", "sjc", "syd", "waw", "yul", "yyz"] as const),
] as const;

/** Where Vercel runs functions (vercel.com/docs/regions). */
export const vercelRegions = [
  ...(["arn1", "bom1", "cdg1", "cle1", "cpt1", "dub1", "dxb1", "fra1", "gru1", "hkg1", "hnd1"] as const),
  ...(["iad1", "icn1", "kix1", "lhr1", "pdx1", "sfo1", "sin1", "syd1", "yul1"] as const),
] as const;

/** Where Vercel's functions are nearest to a database: in the same region of AWS (vercel.com/docs/regions). */
export const nearestVercelRegion: Readonly<
  Record<(typeof neonRegions)[number], (typeof vercelRegions)[number]>
> = {
  "aws-us-east-1": "iad1",
  "aws-us-east-2": "cle1",
  "aws-us-west-2": "pdx1",
  "aws-eu-central-1": "fra1",
  "aws-eu-west-2": "lhr1",
  "aws-ap-southeast-1": "sin1",
  "aws-ap-southeast-2": "syd1",
  "aws-sa-east-1": "gru1",
};
