import type { CloudFacts } from "../facts.ts";
import { accountAnswers } from "./account.ts";
import { aliasAnswers } from "./aliases.ts";
import { deploymentAnswers } from "./deployments.ts";
import { projectAnswers } from "./projects.ts";
import { variableAnswers } from "./variables.ts";
import { refusals } from "./refusals.ts";

export const vercelFacts: CloudFacts = {
  answers: [...aliasAnswers, ...deploymentAnswers, ...variableAnswers, ...projectAnswers, ...accountAnswers],
  refusals,
  headers: [],
};
