import type { CloudName } from "../../cloud/emulator.ts";
import type { CloudFacts } from "./facts.ts";
import { flyFacts } from "./fly/index.ts";
import { githubFacts } from "./github/index.ts";
import { neonFacts } from "./neon/index.ts";
import { vercelFacts } from "./vercel/index.ts";

const none: CloudFacts = { answers: [], refusals: [], headers: [] };

/** What each real cloud was seen to answer; of the language model nothing is recorded here. */
export const facts: Readonly<Record<CloudName, CloudFacts>> = {
  neon: neonFacts,
  fly: flyFacts,
  vercel: vercelFacts,
  github: githubFacts,
  ai: none,
};
