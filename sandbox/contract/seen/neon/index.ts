import type { CloudFacts } from "../facts.ts";
import { accountAnswers } from "./account.ts";
import { branchAnswers } from "./branches.ts";
import { computeAnswers } from "./computes.ts";
import { projectAnswers } from "./projects.ts";
import { headers, refusals } from "./refusals.ts";

export const neonFacts: CloudFacts = {
  answers: [...computeAnswers, ...branchAnswers, ...projectAnswers, ...accountAnswers],
  refusals,
  headers,
};
