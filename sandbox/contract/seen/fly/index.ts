import type { CloudFacts } from "../facts.ts";
import { appAnswers } from "./apps.ts";
import { machineAnswers } from "./machines.ts";
import { releaseAnswers } from "./releases.ts";
import { secretAnswers } from "./secrets.ts";
import { headers, refusals } from "./refusals.ts";

export const flyFacts: CloudFacts = {
  answers: [...secretAnswers, ...machineAnswers, ...releaseAnswers, ...appAnswers],
  refusals,
  headers,
};
