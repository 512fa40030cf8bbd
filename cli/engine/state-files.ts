import { existsSync, readFileSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

/** Where a backend of files has its stacks; nothing for any other backend. */
export function stacksFolder(environment: NodeJS.ProcessEnv): string | undefined {
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

/** A state is compressed where PULUMI_DIY_BACKEND_GZIP is set. */
const endings = [".json", ".json.gz"] as const;

/** Copies of a state that the engine has kept after each run, newest first by their names, which hold the time. */
export function keptCopies(file: string): readonly string[] {
  const [name = "", ending = ""] = /^(.*?)(\.json(?:\.gz)?)$/.exec(basename(file))?.slice(1) ?? [];
  const history = dirname(file).replace(/\/stacks(?=\/|$)/, "/history");
  try {
    const folder = join(history, name);
    return readdirSync(folder)
      .filter((each) => each.endsWith(`.checkpoint${ending}`))
      .sort()
      .reverse()
      .map((each) => join(folder, each));
  } catch {
    return [];
  }
}

/** The state of a stack lies in the folder of its project, and in old backends next to such folders. */
export function stateFiles(folder: string, name: string): readonly string[] {
  try {
    const projects = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
    return [...projects, folder]
      .flatMap((each) => endings.map((ending) => join(each, `${name}${ending}`)))
      .filter((file) => existsSync(file));
  } catch {
    return [];
  }
}
