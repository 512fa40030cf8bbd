import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { closest, distance } from "fastest-levenshtein";
import type { Home } from "./home.ts";
import { ignoreNotFound } from "./ignore-not-found.ts";
import { UserError } from "./user-error.ts";

export type Yaml = { readonly [key: string]: unknown };
// @pulumi/pulumi brings it; it has no types.
const yaml = createRequire(import.meta.url)("js-yaml") as {
  load(text: string, options: { readonly schema: unknown }): unknown;
  dump(value: unknown, options: { readonly lineWidth: number }): string;
  readonly CORE_SCHEMA: unknown;
};

const initLimitMilliseconds = 60_000;

/**
 * What of a stack's settings is different in a sandbox: addresses that the real clouds have and this one has not, and keys that
 * are its own.
 */
export interface Addresses {
  /** Host and port at which this stack's web application answers. */
  readonly webDomain: string;
  /** Base URL of the AI endpoint, with `/v1`. */
  readonly aiBaseUrl: string;
  /** Public keys of the records of rollouts here, as `rollout:record.keys` takes them. */
  readonly recordKeys: readonly object[];
}

/** The stacks that the checkout has files for. */
export function stackNames(checkout: string): string[] {
  return readdirSync(checkout).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

/** Fails with the list of stacks, unless `stack` is one of the checkout's. */
export function requireStack(checkout: string, stack: string): void {
  const names = stackNames(checkout);
  if (names.includes(stack)) return;
  const meant = names.filter((name) => distance(name, stack) <= Math.max(1, Math.floor(stack.length / 3)));
  const help =
    meant.length > 0
      ? `Did you mean: --stack ${closest(stack, meant)}`
      : `Stacks: ${names.length > 0 ? names.join(", ") : "none"}.`;
  throw new UserError(`There is no stack ${stack}: Pulumi.${stack}.yaml is not in ${checkout}. ${help}`, 2);
}

/**
 * Brings the sandbox's copy of a stack file up to date with the checkout's. The engine writes into the copy only: a
 * salt or a secret in the checkout's file would be bound to one machine's passphrase.
 */
export function refreshStackFile(
  checkout: string,
  home: Home,
  stack: string,
  addresses: Addresses,
  commit: () => Promise<void> = async () => undefined,
): Promise<void> {
  const name = `Pulumi.${stack}.yaml`;
  const base = join(home.stacksFolder, "base");
  mkdirSync(base, { recursive: true });
  const theirs = readFileSync(join(checkout, name), "utf8");
  const before = readOptional(join(base, name));
  const copy = readOptional(join(home.stacksFolder, name));
  const project = projectConfig(checkout);
  const next = mergeStack(
    before === undefined ? {} : overlay(parse(before), addresses, project),
    overlay(parse(theirs, name), addresses, project),
    copy === undefined ? {} : parse(copy),
  );
  writeStack(join(home.stacksFolder, name), next);
  // Last: pulumi's wrapper compares it with the checkout's to see whether there is anything to do.
  return commit().then(() => writeAtomically(join(base, name), theirs));
}

/** The copy of a stack file that a command names, with the sandbox's addresses in it. */
export function copyGivenFile(home: Home, stack: string, file: string, addresses: Addresses): void {
  const folder = join(home.stacksFolder, "given");
  mkdirSync(folder, { recursive: true });
  const given = readOptional(file);
  if (given === undefined) throw new UserError(`${file} is not there; --config-file wants a stack file.`, 2);
  writeStack(join(folder, `Pulumi.${stack}.yaml`), overlay(parse(given, file), addresses));
}

/** Creates the stack in the sandbox's backend, from the copies, so that the checkout's files stay as they are. */
export async function createStack(
  checkout: string,
  home: Home,
  stack: string,
  engine: string,
): Promise<void> {
  if (stackExists(home, stack)) return;
  copyFileSync(join(checkout, "Pulumi.yaml"), join(home.stacksFolder, "Pulumi.yaml"));
  try {
    await promisify(execFile)(
      engine,
      ["stack", "init", stack, "--no-select", "--non-interactive", "--cwd", home.stacksFolder],
      { timeout: initLimitMilliseconds },
    );
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new UserError(`The stack ${stack} could not be created: ${(stderr ?? message).trim()}`);
  }
}

function stackExists(home: Home, stack: string): boolean {
  const folder = join(home.stateFolder, ".pulumi", "stacks");
  // One folder a project. Not walked recursively: an engine at work next to this writes and removes files there.
  const projects = existsSync(folder) ? readdirSync(folder) : [];
  return ["", ...projects].some((project) =>
    [`${stack}.json`, `${stack}.json.gz`].some((file) => existsSync(join(folder, project, file))),
  );
}

/** The settings of a stack as the sandbox's program sees them; `project` is what it has from `Pulumi.yaml`. */
export function overlay(stack: Yaml, addresses: Addresses, project: Yaml = {}): Yaml {
  const config = asMap(stack["config"]);
  // A group of the stack replaces the project's, as with the engine.
  const given = (name: string): unknown => config[name] ?? project[name];
  const group = (name: string): Yaml => asMap(given(name));
  const ai = "rollout:ai";
  return {
    ...stack,
    config: {
      ...config,
      "rollout:vercel": { ...group("rollout:vercel"), domain: addresses.webDomain },
      // A setting of the application: another one may have no AI provider.
      ...(given(ai) === undefined ? {} : { [ai]: { ...group(ai), baseUrl: addresses.aiBaseUrl } }),
      "rollout:record": { ...group("rollout:record"), keys: addresses.recordKeys },
    },
  };
}

/** The configuration that `Pulumi.yaml` gives every stack which does not set it itself. */
export function projectConfig(checkout: string): Yaml {
  const text = readOptional(join(checkout, "Pulumi.yaml"));
  const { config } = text === undefined ? {} : parse(text, "Pulumi.yaml");
  // NAME: VALUE, or a map with the value or the default in it.
  const values = Object.entries(asMap(config)).map(([name, given]) => {
    const value = isMap(given) ? (given["value"] ?? given["default"]) : given;
    return [name, value] as const;
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/**
 * What was set or removed in the copy since `before` (by `pulumi config set`, or by the engine: its salt) stays so; all
 * else is as in `theirs`.
 */
export function mergeStack(before: Yaml, theirs: Yaml, copy: Yaml): Yaml {
  const merged: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(copy)])) {
    const [was, is, own] = [before[key], theirs[key], copy[key]];
    if (isMap(is) && isMap(own)) merged[key] = mergeStack(asMap(was), is, own);
    else if (own !== undefined && JSON.stringify(own) !== JSON.stringify(was)) merged[key] = own;
    else if (own === undefined && was !== undefined) continue;
    else if (is !== undefined) merged[key] = is;
  }
  return merged;
}

function isMap(value: unknown): value is Yaml {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asMap(value: unknown): Yaml {
  return isMap(value) ? value : {};
}

/** Reads YAML; dates and the like stay the text that they are. */
export function parse(text: string, file = "the stack file"): Yaml {
  try {
    return asMap(yaml.load(text, { schema: yaml.CORE_SCHEMA }));
  } catch (error) {
    throw new UserError(`${file} is not YAML: ${(error as Error).message}`, 2);
  }
}

const readOptional = (file: string): string | undefined => ignoreNotFound(() => readFileSync(file, "utf8"));

export function writeStack(file: string, stack: Yaml): void {
  writeAtomically(file, yaml.dump(stack, { lineWidth: -1 }));
}

function writeAtomically(file: string, text: string): void {
  writeFileSync(`${file}.next`, text, { mode: 0o600 });
  renameSync(`${file}.next`, file);
}
