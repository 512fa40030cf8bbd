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
