import { cloudNames } from "@rollout/infra/shared/cloud-names";

const clouds = Object.values(cloudNames)
  .map((name) => name.replace(".", "\\."))
  .join("|");
const failure = new RegExp(`(${clouds}) (answered (5\\d\\d|429) to|did not answer) [A-Z]+ `);
const write = new RegExp(`(${clouds}) (answered \\d+ to|did not answer) (POST|PUT|PATCH|DELETE) `);

/** Whether one of the errors is of a cloud that fails or does not answer: no fault of the settings, and another try may help. */
export function isCloudFailure(errors: readonly string[]): boolean {
  return errors.some((error) => failure.test(error));
}

/** Whether a call that changes something failed, which may have taken effect though its answer was lost. */
export function mayHaveWritten(errors: readonly string[]): boolean {
  return errors.some((error) => write.test(error));
}

/**
 * An error of GitHub's provider plugin with what helps, where the account's plan does not have an environment's rule:
 * the plugin passes on GitHub's text, which names neither the settings nor what the plan is about.
 */
export function withPlanAdvice(message: string): string {
  const rule = /billing plan supports the (.+?) protection rule/i.exec(message)?.[1];
  if (rule === undefined) return message;
  return (
    `${message}\n` +
    `GitHub has no ${rule} rule for a private repository on the plans Free, Pro and Team. In the stack's file, remove ` +
    "reviewers, preventSelfReview and waitTimerMinutes below rollout:github.environment (anyone who may push to its " +
    "branches then deploys without an approval), make the repository public, or move it to GitHub Enterprise; " +
    "then run the command again."
  );
}
