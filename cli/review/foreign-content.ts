import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { dump } from "js-yaml";
import { makeOwnFolder } from "@rollout/infra/shared/own-folder";
import { contentVariable } from "../../stacks/release/content-folder.ts";
import { readRelease } from "../../stacks/release/release.ts";
import type { Session } from "../command.ts";
import type { StackFile } from "../settings-file.ts";
import { readStackFile, readYaml } from "../settings-file.ts";
import { UsageError } from "../usage-error.ts";

/** What a preview is made of, where that is another folder than the checkout. */
export interface ForeignContent {
  /** Its folder. */
  readonly root: string;
  /** For the engine: its content and its settings, and the secrets of the stack as they are. */
  readonly environment: NodeJS.ProcessEnv;
  /** For the end of a comment: whose program this was. */
  readonly note: string;
  close(): void;
}

type Group = Readonly<Record<string, unknown>>;

/**
 * Prepares a preview of another checkout's content by the program of this one: nothing of the other runs, so its author may be
 * anybody who must not have the tokens of this command.
 *
 * @throws UsageError where the folder holds what would read files of this machine, or is no checkout.
 */
export function openForeignContent(session: Session, stack: string, folder: string): ForeignContent {
  const root = resolve(session.checkout, folder);
  const [link] = linksIn(root);
  if (link !== undefined)
    throw new UsageError(
      `${relative(root, link)} in ${folder} is a symbolic link, which could show a file of this machine; a preview of foreign ` +
        "content takes none. Delete the link, or replace it by its file",
    );
  const { commit } = readRelease(root);
  const program = readRelease(session.checkout).commit.slice(0, 12);
  const settings = mergedSettings(session, stack, root);
  const made: string[] = [];
  const close = (): void => {
    for (const each of made) rmSync(each, { recursive: true, force: true });
  };
  try {
    for (const place of [".", "src"]) made.push(...linkPackages(session.checkout, root, place));
    const own = makeOwnFolder();
    made.push(own);
    const configFile = join(own, `Pulumi.${stack}.yaml`);
    writeFileSync(configFile, dump(settings, { lineWidth: -1 }), { mode: 0o600 });
    return {
      root,
      environment: { ...session.environment, [contentVariable]: root, PULUMI_OPTION_CONFIG_FILE: configFile },
      note:
        `This shows the content of commit ${commit.slice(0, 12)} by the program of commit ${program}, on request: no code of the pull ` +
        "request was run, and what it changes of the program itself (`infra`, `stacks`, `cli`, `src/build`, `rollout.config.ts`, packages) " +
        "is not shown.\n",
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Symbolic links below a folder, but for its packages and its history. */
function linksIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) return [path];
    return entry.isDirectory() && !["node_modules", ".git"].includes(entry.name) ? linksIn(path) : [];
  });
}

/** The packages of the checkout, one by one: a link in the place of the folder itself would count as a changed file. */
function linkPackages(checkout: string, root: string, place: string): readonly string[] {
  const [from, to] = [join(checkout, place, "node_modules"), join(root, place, "node_modules")];
  if (!existsSync(from) || !existsSync(join(root, place))) return [];
  if (existsSync(to))
    throw new UsageError(`${to} is there already: packages of the content itself would be read. Delete it`);
  mkdirSync(to);
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(to, name), "junction");
  return [to];
}

/**
 * The settings of the content, with the secrets that this command's own stack file has and the repository's has not. An encrypted
 * value in the content could be one of these in the place of a setting that is shown.
 */
function mergedSettings(session: Session, stack: string, root: string): StackFile {
  const name = `Pulumi.${stack}.yaml`;
  const { config: own, ...around } = readStackFile(session, stack).file;
  const inRepository = groupOf(readYaml(join(session.checkout, name))["config"]);
  const ofContent = readYaml(join(root, name))["config"];
  if (hasSecureValue(ofContent))
    throw new UsageError(
      `${name} of the content has an encrypted value. Keep it outside of the repository: docs/secrets.md`,
    );
  const added = Object.entries(groupOf(own)).filter(([key]) => !Object.hasOwn(inRepository, key));
  return { ...around, config: { ...groupOf(ofContent), ...Object.fromEntries(added) } };
}

function hasSecureValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasSecureValue);
  const group = groupOf(value);
  return Object.hasOwn(group, "secure") || Object.values(group).some(hasSecureValue);
}

function groupOf(value: unknown): Group {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Group) : {};
}
