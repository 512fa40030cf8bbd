import type { VercelClient } from "./client.ts";
import type { FileDigests } from "./file-digests.ts";
import { fileDifferences } from "./file-digests.ts";
import { listFiles } from "./listed-files.ts";

/** What a deployment that lists other files means: a refusal, or a line on the screen. */
export type OnOtherFiles = "fail" | "warn";

export interface UploadedDeployment {
  readonly deploymentId: string;
  readonly team: string;
  /** What was uploaded for it; absent where an earlier version made it, which kept no digests. */
  readonly files?: FileDigests | undefined;
  /** Absent: a refusal. */
  readonly onOtherFiles?: OnOtherFiles | undefined;
}

/** So many differing paths are listed. */
const mostPaths = 5;

/**
 * Compares the files that Vercel lists for a deployment with what was uploaded. What cannot be compared is reported: the deployment
 * is known by its id, from the stack's state or a signed entry of the record, and not by what Vercel shows of it.
 *
 * @throws Error with the first paths that differ.
 */
export async function checkFiles(
  { deploymentId, team, files, onOtherFiles = "fail" }: UploadedDeployment,
  vercel: Pick<VercelClient, "listDeploymentFiles">,
  note: (line: string) => void,
): Promise<void> {
  if (files === undefined || Object.keys(files).length === 0) {
    note(
      `the files of ${deploymentId} are not compared: it was uploaded by an earlier version, which kept no digests`,
    );
    return;
  }
  const listed = await listFiles({ deploymentId, team }, vercel);
  if ("unknown" in listed) {
    note(`the files of ${deploymentId} are not compared: ${listed.unknown}`);
    return;
  }
  const differences = fileDifferences(files, listed.files);
  if (differences.length === 0) return;
  const more = differences.length - mostPaths;
  const text =
    `Vercel lists other files for deployment ${deploymentId} than the rollout uploaded: ` +
    [...differences.slice(0, mostPaths), ...(more > 0 ? [`${String(more)} more`] : [])].join(", ");
  if (onOtherFiles === "warn") {
    note(text);
    return;
  }
  throw new Error(
    `${text}. It is not made live. Find out who changed it (vercel inspect ${deploymentId}), delete it ` +
      `(vercel remove ${deploymentId}) and run the same command again, which builds another`,
  );
}
