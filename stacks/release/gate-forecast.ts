import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { CloudAccess } from "@rollout/infra/shared/cloud-access";
import type { Candidate } from "@rollout/infra/rollout/gate-checks";
import { gateFaults } from "@rollout/infra/rollout/gate-checks";
import { gateForecast } from "./gate-warning.ts";

/**
 * In a preview: reports what the gate would refuse the release for. Never fails, since a preview is for reviewers. A program
 * does not see its state: that the names of before are the stack's, it knows by the record.
 */
export async function previewGate(
  candidate: Candidate,
  contentRoot: string,
  access: CloudAccess,
): Promise<void> {
  let faults: readonly string[];
  try {
    faults = await gateFaults(inContent(candidate, contentRoot), access, new Date());
  } catch (error) {
    faults = [`it could not be asked: ${(error as Error).message}`];
  }
  if (faults.length > 0)
    await pulumi.log.warn(
      `${gateForecast(candidate.environment)}\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
}

/** Its migrations where the content is, which in a preview need not be this folder. */
function inContent({ migrations, ...candidate }: Candidate, root: string): Candidate {
  return migrations === undefined
    ? candidate
    : { ...candidate, migrations: { ...migrations, folder: join(root, migrations.folder) } };
}
