import { constants } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { BuildOutputError } from "./build-output.ts";
import type { VercelCloud } from "./cloud.ts";
import type { Deployment, DeploymentFile } from "./state.ts";

/** Where a prebuilt output lies among the uploaded files. */
export const outputPrefix = ".vercel/output/";
const functionConfig = /^functions\/.+\.func\/\.vc-config\.json$/;

/**
 * Copies the output out of the uploads into a folder of the deployment's own, with the files of the project that its functions
 * name.
 *
 * @throws BuildOutputError
 */
export async function assembleOutput({ files, runtime }: VercelCloud, deployment: Deployment): Promise<void> {
  const folder = runtime.outputFolder(deployment);
  const draft = `${folder}.next`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const output = deployment.files.filter((file) => file.path.startsWith(outputPrefix));
  if (output.length === 0)
    throw new BuildOutputError(
      "nothing under .vercel/output was uploaded, and the sandbox builds no sources: deploy a prebuilt output",
    );
  const put = async ({ sha, isLink }: DeploymentFile, path: string): Promise<void> => {
    const to = join(draft, path);
    await mkdir(dirname(to), { recursive: true });
    if (isLink === true) await symlink(await linkTarget(files.path(sha), path), to);
    else await copyFile(files.path(sha), to, constants.COPYFILE_FICLONE);
  };
  for (const file of output) await put(file, file.path.slice(outputPrefix.length));
  const byPath = new Map(deployment.files.map((file) => [file.path, file]));
  for (const { path, isLink } of output) {
    const place = path.slice(outputPrefix.length);
    if (isLink === true || !functionConfig.test(place)) continue;
    for (const [inFunction, inProject] of await fileMap(join(draft, place))) {
      const to = posix.join(posix.dirname(place), inFunction);
      const source = byPath.get(posix.normalize(inProject));
      if (!source || !to.startsWith(`${posix.dirname(place)}/`))
        throw new BuildOutputError(`${place}: filePathMap: ${inProject} was not uploaded`);
      await put(source, to);
    }
  }
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}

/** Content of an uploaded link; it stays in the output. */
async function linkTarget(file: string, path: string): Promise<string> {
  const target = await readFile(file, "utf8");
  // Up first and then down: `..` behind a name could leave by another link.
  const isPlain = /^(?:\.\.\/)*(?!\.\.)[^/]+(?:\/(?!\.\.(?:\/|$))[^/]+)*$/.test(target);
  if (!isPlain || posix.join(posix.dirname(path), target).startsWith(".."))
    throw new BuildOutputError(`${path}: a link out of the output`);
  return target;
}

/** What the output's check reports of a broken file is not repeated here. */
async function fileMap(configFile: string): Promise<readonly (readonly [string, string])[]> {
  try {
    const { filePathMap } = JSON.parse(await readFile(configFile, "utf8")) as { filePathMap?: unknown };
    return Object.entries(filePathMap ?? {}).map(([to, from]) => [to, String(from)] as const);
  } catch {
    return [];
  }
}
