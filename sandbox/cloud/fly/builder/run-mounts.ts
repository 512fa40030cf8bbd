import { join, posix } from "node:path";
import { digestOfSources, findSources } from "./copy.ts";
import { DockerfileError, type Step } from "./dockerfile.ts";

/** A `RUN --mount`: what the command finds at a path while it runs, and what is no part of the image. */
export type RunMount =
  | { readonly type: "cache"; readonly target: string; readonly id: string }
  | { readonly type: "tmpfs"; readonly target: string }
  | { readonly type: "bind"; readonly target: string; readonly source: string; readonly digest: string };

const known: Readonly<Record<string, readonly string[]>> = {
  cache: ["type", "id", "target", "dst", "destination", "sharing", "mode", "uid", "gid"],
  tmpfs: ["type", "target", "dst", "destination", "size"],
  bind: ["type", "from", "source", "src", "target", "dst", "destination", "ro", "readonly"],
  secret: ["type", "id", "target", "dst", "destination", "env", "required", "mode", "uid", "gid"],
  ssh: ["type", "id", "target", "required", "mode", "uid", "gid"],
};

/**
 * The mounts of a RUN. A secret or an agent that is not required is left out, as BuildKit does it where none was given, and
 * the rollout gives none.
 *
 * @param rootOf Where a bind's files are: the build context, or the stage of that name.
 */
export async function readMounts(
  step: Step,
  flags: readonly string[],
  workdir: string,
  rootOf: (from: string | undefined) => string,
): Promise<readonly RunMount[]> {
  const mounts: RunMount[] = [];
  for (const flag of flags) {
    const options = optionsOf(flag);
    const { type = "bind" } = options;
    const fail = (message: string): never => {
      throw new DockerfileError(step.line, `RUN --mount=${flag}: ${message}`);
    };
    const keys = known[type] ?? fail(`type=${type} is not in this sandbox`);
    const unknown = Object.keys(options).filter((key) => !keys.includes(key));
    if (unknown.length > 0) fail(`${unknown.join(", ")} is not in this sandbox`);
    if (type === "secret" || type === "ssh") {
      if (options["required"] !== undefined && options["required"] !== "false")
        fail("is required, and a rollout gives a build no secrets");
      continue;
    }
    const named = options["target"] ?? options["dst"] ?? options["destination"] ?? fail("has no target");
    const target = posix.resolve(workdir, named);
    if (type === "cache") mounts.push({ type, target, id: options["id"] ?? target });
    else if (type === "tmpfs") mounts.push({ type, target });
    else {
      const root = rootOf(options["from"]);
      const path = options["source"] ?? options["src"] ?? "/";
      const [source = fail(`"${path}" is not there`)] = await findSources(root, path);
      mounts.push({ type: "bind", target, source, digest: await digestOfSources(root, [source]) });
    }
  }
  return mounts;
}

/** The names of the stages that mounts take files from. */
export function stagesOfMounts(flags: readonly string[]): readonly string[] {
  return flags.map((flag) => optionsOf(flag)["from"]).filter((from) => from !== undefined);
}

/** Where a cache is kept between builds. */
export function cacheFolder(home: string, id: string): string {
  return join(home, "caches", encodeURIComponent(id));
}

function optionsOf(flag: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    flag.split(",").map((option) => {
      const [key = "", ...value] = option.split("=");
      return [key.trim().toLowerCase(), value.length === 0 ? "true" : value.join("=")];
    }),
  );
}
