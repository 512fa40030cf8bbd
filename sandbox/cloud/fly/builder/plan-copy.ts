import { posix } from "node:path";
import { shellWords } from "../../../flyctl/shell-words.ts";
import { digestOfSources, findSources } from "./copy.ts";
import { DockerfileError, execForm, type Step } from "./dockerfile.ts";

/** What a COPY or ADD does. */
export interface PlannedCopy {
  readonly sources: readonly string[];
  readonly destination: string;
  readonly mode: number | undefined;
  readonly digest: string;
}

/** A stage that files can be copied from. */
export interface SourceStage {
  readonly index: number;
  readonly name: string | undefined;
  readonly rootfs: string;
}

export async function planCopy(
  context: string,
  step: Step,
  text: string,
  workdir: string,
  finished: readonly SourceStage[],
): Promise<PlannedCopy> {
  const { keyword, line } = step;
  const paths = execForm(text) ?? shellWords(text);
  const destination = paths.at(-1);
  if (destination === undefined || paths.length < 2)
    throw new DockerfileError(line, `${keyword} takes at least one source and a destination`);
  const from = step.flags["from"];
  const root = from === undefined ? context : rootOf(finished, from, step);
  const sources: string[] = [];
  for (const path of paths.slice(0, -1)) {
    if (keyword === "ADD") refuseUnpacked(step, path);
    const found = await findSources(root, path);
    // BuildKit lets a pattern match nothing: an optional lock file.
    if (found.length === 0 && !/[*?[]/.test(path))
      throw new DockerfileError(
        line,
        `${keyword}: "${path}" not found in ${from === undefined ? "the build context (is it in .dockerignore?)" : `stage ${from}`}`,
      );
    sources.push(...found);
  }
  const mode = step.flags["chmod"];
  if (mode !== undefined && !/^[0-7]{3,4}$/.test(mode))
    throw new DockerfileError(line, `${keyword} --chmod takes an octal mode, found "${mode}"`);
  return {
    sources,
    destination: posix.resolve(workdir, destination) + (/(^|\/)\.?$/.test(destination) ? "/" : ""),
    mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
    digest: await digestOfSources(root, sources),
  };
}

/** The files of the stage of that name or number. */
export function rootOf(finished: readonly SourceStage[], from: string, { line, keyword }: Step): string {
  const stage = finished.find((each) => each.name === from.toLowerCase() || String(each.index) === from);
  if (stage) return stage.rootfs;
  const other = /[:/@]/.test(from)
    ? ", and other images are not in this sandbox. Install what it is for by a RUN"
    : "";
  throw new DockerfileError(line, `${keyword} --from=${from}: no earlier stage of that name${other}`);
}

function refuseUnpacked({ line }: Step, path: string): void {
  if (/^(?:https?|git|ssh):|^git@/.test(path))
    throw new DockerfileError(line, `ADD of ${path}: downloads are not in this sandbox. Use RUN with curl`);
  if (/\.(?:tar|tgz|tbz2|txz|tar\.\w+)$/.test(path))
    throw new DockerfileError(
      line,
      `ADD of ${path}: unpacking is not in this sandbox. Use COPY, and RUN with tar`,
    );
}
