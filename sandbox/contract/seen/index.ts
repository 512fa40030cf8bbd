import type { CloudName } from "../../cloud/emulator.ts";
import type { CloudFacts } from "./facts.ts";
import { appAnswers as flyAppAnswers } from "./fly/apps.ts";
import { machineAnswers as flyMachineAnswers } from "./fly/machines.ts";
import { releaseAnswers as flyReleaseAnswers } from "./fly/releases.ts";
import { secretAnswers as flySecretAnswers } from "./fly/secrets.ts";
import { headers as flyHeaders, refusals as flyRefusals } from "./fly/refusals.ts";
import { accountAnswers as githubAccountAnswers } from "./github/account.ts";
import { checkAnswers as githubCheckAnswers } from "./github/checks.ts";
import { deploymentAnswers as githubDeploymentAnswers } from "./github/deployments.ts";
import { environmentAnswers as githubEnvironmentAnswers } from "./github/environments.ts";
import { gitAnswers as githubGitAnswers } from "./github/git.ts";
import { issueAnswers as githubIssueAnswers } from "./github/issues.ts";
import { secretAnswers as githubSecretAnswers } from "./github/secrets.ts";
import { headers as githubHeaders, refusals as githubRefusals } from "./github/refusals.ts";
import { accountAnswers as neonAccountAnswers } from "./neon/account.ts";
import { branchAnswers as neonBranchAnswers } from "./neon/branches.ts";
import { computeAnswers as neonComputeAnswers } from "./neon/computes.ts";
import { projectAnswers as neonProjectAnswers } from "./neon/projects.ts";
import { headers as neonHeaders, refusals as neonRefusals } from "./neon/refusals.ts";
import { accountAnswers as vercelAccountAnswers } from "./vercel/account.ts";
import { aliasAnswers as vercelAliasAnswers } from "./vercel/aliases.ts";
import { deploymentAnswers as vercelDeploymentAnswers } from "./vercel/deployments.ts";
import { projectAnswers as vercelProjectAnswers } from "./vercel/projects.ts";
import { variableAnswers as vercelVariableAnswers } from "./vercel/variables.ts";
import { refusals as vercelRefusals } from "./vercel/refusals.ts";

export const flyFacts: CloudFacts = {
  answers: [...flySecretAnswers, ...flyMachineAnswers, ...flyReleaseAnswers, ...flyAppAnswers],
  refusals: flyRefusals,
  headers: flyHeaders,
};

export const githubFacts: CloudFacts = {
  answers: [
    ...githubSecretAnswers,
    ...githubEnvironmentAnswers,
    ...githubGitAnswers,
    ...githubCheckAnswers,
    ...githubDeploymentAnswers,
    ...githubIssueAnswers,
    ...githubAccountAnswers,
  ],
  refusals: githubRefusals,
  headers: githubHeaders,
};

export const neonFacts: CloudFacts = {
  answers: [...neonComputeAnswers, ...neonBranchAnswers, ...neonProjectAnswers, ...neonAccountAnswers],
  refusals: neonRefusals,
  headers: neonHeaders,
};

export const vercelFacts: CloudFacts = {
  answers: [
    ...vercelAliasAnswers,
    ...vercelDeploymentAnswers,
    ...vercelVariableAnswers,
    ...vercelProjectAnswers,
    ...vercelAccountAnswers,
  ],
  refusals: vercelRefusals,
  headers: [],
};

const none: CloudFacts = { answers: [], refusals: [], headers: [] };

/** What each real cloud was seen to answer; of Railway and the language model nothing is recorded here. */
export const facts: Readonly<Record<CloudName, CloudFacts>> = {
  neon: neonFacts,
  fly: flyFacts,
  vercel: vercelFacts,
  github: githubFacts,
  railway: none,
  ai: none,
};
