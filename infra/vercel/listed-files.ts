import { constants } from "node:fs";
import { z } from "zod";
import type { VercelClient } from "./client.ts";
import type { NamedFile } from "./file-digests.ts";

/** The files of a deployment as Vercel lists them, or why they are not known. */
export type ListedFiles = { readonly files: readonly NamedFile[] } | { readonly unknown: string };

interface Entry {
  readonly name: string;
  readonly type: string;
  readonly mode?: number | null | undefined;
  readonly uid?: string | null | undefined;
  readonly children?: readonly Entry[] | null | undefined;
}

const entry: z.ZodType<Entry> = z.lazy(() =>
  z.object({
    name: z.string(),
    type: z.string(),
    mode: z.number().nullish(),
    uid: z.string().nullish(),
    children: z.array(entry).nullish(),
  }),
);

/** Where the listing has what was uploaded; next to it, in `out`, is what Vercel made of it. Seen, not documented. */
const uploads = "src";

/**
 * Lists what was uploaded for a deployment. That a file's `uid` is the SHA-1 of its content was seen and is not documented
 * (docs/decisions/web-files.md), so what has another form is called unknown.
 */
export async function listFiles(
  { deploymentId, team }: { readonly deploymentId: string; readonly team: string },
  vercel: Pick<VercelClient, "listDeploymentFiles">,
): Promise<ListedFiles> {
  let answer: unknown;
  try {
    answer = await vercel.listDeploymentFiles({ id: deploymentId, teamId: team });
  } catch (error) {
    const { statusCode } = error as { readonly statusCode?: number };
    if (statusCode === undefined) throw error;
    return { unknown: `Vercel answers ${String(statusCode)} for the list of its files` };
  }
  const tree = z.array(entry).safeParse(answer);
  if (!tree.success) return { unknown: "Vercel lists its files in another form than the documented one" };
  const root = tree.data.find(({ name, type }) => name === uploads && type === "directory");
  const files = root && filesIn(root.children ?? [], "");
  if (files === undefined || files.length === 0) return { unknown: "Vercel lists no uploaded file of it" };
  const other = files.find(({ sha }) => !/^(?:[0-9a-f]{40}|link|[a-z]+ entry)$/.test(sha));
  if (other) return { unknown: `Vercel names no SHA-1 of ${other.path}` };
  return { files };
}

function filesIn(entries: readonly Entry[], folder: string): readonly NamedFile[] {
  return entries.flatMap((each) => {
    const path = folder + each.name;
    if (each.type === "directory") return filesIn(each.children ?? [], `${path}/`);
    return [{ path, sha: digestOf(each) }];
  });
}

function digestOf({ type, mode, uid }: Entry): string {
  if (type === "symlink" || (type === "file" && isLink(mode ?? undefined))) return "link";
  // What is neither was never uploaded: it differs from every file.
  return type === "file" ? (uid ?? "") : `${type} entry`;
}

/** Whether a mode, as `stat` gives it, is that of a symbolic link. */
export function isLink(mode: number | undefined): boolean {
  return mode !== undefined && (mode & constants.S_IFMT) === constants.S_IFLNK;
}
