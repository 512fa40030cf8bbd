import { existsSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

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
  const backup = `${file}.bak`;
  const time = timeOf(backup);
  if (time === undefined)
    return (
      `The state ${file} is cut off or damaged, and ${backup} is not complete either. ` +
      `Restore it from your own copy of ${folder}`
    );
  return (
    `The state ${file} is cut off or damaged, as after a disk that was full; ${backup} is complete, of ${time}. ` +
    `With room on the disk: cp '${backup}' '${file}' && rm -f '${attributesOf(file)}' && ${again}`
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

/** Where a backend of files has its stacks; nothing for any other backend. */
function stacksFolder(environment: NodeJS.ProcessEnv): string | undefined {
  const [, path] =
    /^file:\/\/(.*)$/.exec(environment["PULUMI_BACKEND_URL"] || currentBackend(environment)) ?? [];
  if (path === undefined) return undefined;
  const root = path.replace(/\?.*$/, "").replace(/^~/, homedir());
  return join(root, ".pulumi", "stacks");
}

/** Where `pulumi login` went last. */
function currentBackend(environment: NodeJS.ProcessEnv): string {
  const home = environment["PULUMI_HOME"] || join(homedir(), ".pulumi");
  try {
    const read = JSON.parse(readFileSync(join(home, "credentials.json"), "utf8")) as { current?: unknown };
    return typeof read.current === "string" ? read.current : "";
  } catch {
    return "";
  }
}

/** The state of a stack lies in the folder of its project, and in old backends next to such folders. */
function stateFiles(folder: string, name: string): readonly string[] {
  try {
    const projects = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
    return [...projects, folder].map((each) => join(each, `${name}.json`)).filter((file) => existsSync(file));
  } catch {
    return [];
  }
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
    return checkpointSchema.parse(JSON.parse(readFileSync(file, "utf8"))).checkpoint.latest.manifest.time;
  } catch {
    return undefined;
  }
}
