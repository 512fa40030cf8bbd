import type { CloudName } from "../../cloud/stand-in.ts";
import type { CloudFacts } from "./facts.ts";
import { flyFacts } from "./fly.ts";
import { githubFacts } from "./github.ts";
import { neonFacts } from "./neon.ts";
import { vercelFacts } from "./vercel.ts";

const none: CloudFacts = { answers: [], refusals: [], headers: [] };

/** What each real cloud was seen to answer; of the language model nothing is recorded here. */
export const facts: Readonly<Record<CloudName, CloudFacts>> = {
  neon: neonFacts,
  fly: flyFacts,
  vercel: vercelFacts,
  github: githubFacts,
  ai: none,
};
