import type { CloudFacts } from "../facts.ts";
import { accountAnswers } from "./account.ts";
import { checkAnswers } from "./checks.ts";
import { deploymentAnswers } from "./deployments.ts";
import { environmentAnswers } from "./environments.ts";
import { gitAnswers } from "./git.ts";
import { issueAnswers } from "./issues.ts";
import { secretAnswers } from "./secrets.ts";
import { headers, refusals } from "./refusals.ts";

export const githubFacts: CloudFacts = {
  answers: [
    ...secretAnswers,
    ...environmentAnswers,
    ...gitAnswers,
    ...checkAnswers,
    ...deploymentAnswers,
    ...issueAnswers,
    ...accountAnswers,
  ],
  refusals,
  headers,
};
