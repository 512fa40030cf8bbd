import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "./home.ts";
import { ignoreNotFound } from "./ignore-not-found.ts";
import { parse, stackNames, writeStack, type Yaml } from "./stacks.ts";

/** Settings that stand otherwise in the sandbox's copy of a stack file than in the checkout's, and win. */
export interface Overrides {
  readonly stack: string;
  /** As `pulumi config set --path` takes them. */
  readonly keys: readonly string[];
  /** Of the settings with their values on both sides; never a value itself. */
  readonly fingerprint: string;
}

type Path = readonly string[];

/** Every sandbox sets these itself. */
const addresses = ["rollout:vercel.domain", "rollout:ai.baseUrl", "rollout:record.keys"];

/** Of every stack of the checkout that has any. */
export function readOverrides(checkout: string, home: Home): readonly Overrides[] {
  return stackNames(checkout).flatMap((stack) => {
    const files = readFiles(home, stack);
    if (!files) return [];
    const theirs = configOf(readFileSync(join(checkout, fileOf(stack)), "utf8"), fileOf(stack));
    const own = configOf(files.copy);
    const paths = overridden(configOf(files.base), theirs, own);
    const values = JSON.stringify(paths.map((path) => [path, at(own, path), at(theirs, path)]));
    const fingerprint = createHash("sha256").update(values).digest("hex");
    return paths.length > 0 ? [{ stack, keys: paths.map(keyOf), fingerprint }] : [];
  });
}

/** Makes these settings follow the checkout again: the next command that uses the copy brings them up to date. */
export function forgetOverrides(home: Home, { stack, keys }: Overrides): void {
  const files = readFiles(home, stack);
  if (!files) return;
  const copy = parse(files.copy);
  const base = configOf(files.base);
  const config = pathsOf(configOf(files.copy), base)
    .filter((path) => keys.includes(keyOf(path)))
    .reduce((config, path) => put(config, path, at(base, path)), asMap(copy["config"]));
  writeStack(join(home.stacksFolder, fileOf(stack)), { ...copy, config });
}

/**
 * What was set or removed in the copy and is otherwise in the checkout. Not a secret that the checkout lacks: it can
 * stand nowhere but in the copy.
 */
export function overridden(base: Yaml, theirs: Yaml, copy: Yaml): readonly Path[] {
  return pathsOf(copy, base).filter((path) => {
    const own = at(copy, path);
    return (
      !addresses.includes(keyOf(path)) &&
      !same(own, at(base, path)) &&
      !same(own, at(theirs, path)) &&
      !(isSecret(own) && at(theirs, path) === undefined)
    );
  });
}

/** To every value that stands in one of the two; a list and a secret are one value. */
function pathsOf(...maps: readonly Yaml[]): readonly Path[] {
  const names = new Set(maps.flatMap((map) => Object.keys(map)));
  return [...names].flatMap((name) => {
    const inner = maps.map((map) => map[name]);
    const branches = inner.filter(isBranch);
    const isWhole = inner.some((value) => value !== undefined && !isBranch(value));
    return isWhole || branches.length === 0 ? [[name]] : pathsOf(...branches).map((path) => [name, ...path]);
  });
}

function keyOf([key = "", ...rest]: Path): string {
  return [key, ...rest].join(".");
}

function at(map: Yaml, path: Path): unknown {
  return path.reduce<unknown>((value, name) => asMap(value)[name], map);
}

/** Without a value the place is deleted, and with it what that leaves empty. */
function put(map: Yaml, [name = "", ...rest]: Path, value: unknown): Yaml {
  const inner = rest.length === 0 ? value : put(asMap(map[name]), rest, value);
  const { [name]: _before, ...others } = map;
  const isEmpty = inner === undefined || (rest.length > 0 && Object.keys(asMap(inner)).length === 0);
  return isEmpty ? others : { ...map, [name]: inner };
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
const isMap = (value: unknown): value is Yaml =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isSecret = (value: unknown): boolean => isMap(value) && typeof value["secure"] === "string";
const isBranch = (value: unknown): value is Yaml => isMap(value) && !isSecret(value);
const asMap = (value: unknown): Yaml => (isMap(value) ? value : {});
const fileOf = (stack: string): string => `Pulumi.${stack}.yaml`;
const configOf = (text: string, file?: string): Yaml => asMap(parse(text, file)["config"]);

interface Files {
  /** The sandbox's. */
  readonly copy: string;
  /** The checkout's as it was when the copy was last brought up to date. */
  readonly base: string;
}

function readFiles(home: Home, stack: string): Files | undefined {
  return ignoreNotFound(() => ({
    copy: readFileSync(join(home.stacksFolder, fileOf(stack)), "utf8"),
    base: readFileSync(join(home.stacksFolder, "base", fileOf(stack)), "utf8"),
  }));
}
