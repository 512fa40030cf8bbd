import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { keptCopies, stacksFolder, stateFiles } from "./state-files.ts";

const checkpointSchema = z.object({
  checkpoint: z.object({ latest: z.object({ manifest: z.object({ time: z.string() }) }) }),
});

/**
 * What helps where the engine cannot read the state, as after a disk that was full: a backend of files keeps the state from
 * before the last step next to it (pulumi, pkg/backend/diy/state.go). Nothing where the engine's words are of anything else.
 */
export function brokenStateAdvice(
  stack: string,
  complaint: string,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  if (!/failed to load checkpoint|could not deserialize (the )?(deployment|checkpoint)/i.test(complaint))
    return undefined;
  const name = stack.split("/").at(-1) ?? stack;
  const again = `bin/rollout up --stack ${stack} --refresh`;
  const folder = stacksFolder(environment);
  if (folder === undefined)
    return (
      `The state of ${name} is damaged. An object store keeps the one from before the last step as ` +
      `.pulumi/stacks/PROJECT/${name}.json.bak: copy it over ${name}.json there, then ${again}`
    );
  const files = stateFiles(folder, name);
  const file = files.find((each) => timeOf(each) === undefined);
  if (file === undefined) return damagedAttributes(files, again);
  const damaged = `The state ${file} is cut off or damaged`;
  const backup = `${file}.bak`;
  // A disk that is full cuts the state off, and with the next step its copy; those of the runs before stay as they are.
  const copy = [backup, ...keptCopies(file)].find((each) => timeOf(each) !== undefined);
  if (copy === undefined)
    return `${damaged}, and ${backup} is not complete either. Restore it from your own copy of ${folder}`;
  return (
    `${damaged}, as after a disk that was full; ${copy} is complete, of ${timeOf(copy) ?? ""}. ` +
    `With room on the disk: cp '${copy}' '${file}' && rm -f '${attributesOf(file)}' && ${again}`
  );
}

/** The backend writes some attributes of a file next to it (gocloud.dev, blob/fileblob), and does without them where they are not there. */
const attributesOf = (file: string): string => `${file}.attrs`;

/** What helps where only the attributes are cut off, as by a kill while they were written. */
function damagedAttributes(files: readonly string[], again: string): string | undefined {
  const file = files.find((each) => existsSync(attributesOf(each)) && !isJson(attributesOf(each)));
  if (file === undefined) return undefined;
  return (
    `The state ${file} is complete; its attributes in ${attributesOf(file)} are cut off, as after a kill, and not needed: ` +
    `rm '${attributesOf(file)}' && ${again}`
  );
}

function isJson(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}

/** When a state was written; nothing where it is not complete. */
function timeOf(file: string): string | undefined {
  try {
    const written = readFileSync(file);
    const text = /\.gz(\.bak)?$/.test(file) ? gunzipSync(written) : written;
    return checkpointSchema.parse(JSON.parse(text.toString("utf8"))).checkpoint.latest.manifest.time;
  } catch {
    return undefined;
  }
}
