import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { registryVariables } from "../../../registry-access.ts";
import type { Bind } from "./confined-script.ts";

export const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What npm needs to reach the registry that the user's own npm reaches. No cloud's token is among it. */
function npmVariables(): Record<string, string> {
  const env: Record<string, string> = { ...registryVariables(process.env) };
  const cache = join(homedir(), ".npm");
  const userConfig = join(homedir(), ".npmrc");
  if (existsSync(cache)) env["npm_config_cache"] ??= cache;
  if (existsSync(userConfig)) env["npm_config_userconfig"] ??= userConfig;
  return env;
}

/** The environment of a RUN on this machine's own files: ARG and ENV, and this machine's Node first on the PATH. */
export function openEnvironment(
  env: Readonly<Record<string, string>>,
  home: string,
  rootfs: string,
): Record<string, string> {
  return { HOME: home, ...npmVariables(), ...env, PATH: searchPath(env["PATH"] ?? "", rootfs) };
}

/** The environment of a confined RUN, and the files of this machine that its variables name. */
export function confinedEnvironment(
  env: Readonly<Record<string, string>>,
  home: string,
): { readonly env: Record<string, string>; readonly binds: readonly Bind[] } {
  const variables = npmVariables();
  const cache = (variables["npm_config_cache"] ??= join(home, ".npm"));
  mkdirSync(cache, { recursive: true });
  const binds: Bind[] = [];
  for (const [name, value] of Object.entries(variables)) {
    if (!isAbsolute(value) || !existsSync(value)) continue;
    const to = `/run/build/${name.toLowerCase().replaceAll(/\W/g, "_")}/${basename(value)}`;
    binds.push({ from: value, to, ...(value === cache ? { isWritable: true } : {}) });
    variables[name] = to;
  }
  const own = {
    HOME: "/root",
    PATH: systemPath,
    // Where the base image `node` installs global packages.
    npm_config_prefix: "/usr/local",
    // What is compiled differs each time, and the same build is the same image.
    NODE_DISABLE_COMPILE_CACHE: "1",
  };
  return { env: { ...own, ...variables, ...env }, binds };
}

/** The image's PATH, its folders inside the image first where they exist, and this machine's Node before all. */
export function searchPath(path: string, rootfs: string): string {
  const entries = path.split(":").filter((entry) => entry !== "");
  const inside = entries.map((entry) => join(rootfs, entry)).filter((entry) => existsSync(entry));
  return [...inside, dirname(process.execPath), ...entries].join(":");
}
