import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { FlyState } from "../cloud/fly/state.ts";
import type { GithubState } from "../cloud/github/state.ts";
import type { PortState } from "../cloud/server/ports.ts";
import type { VercelState } from "../cloud/vercel/state.ts";
import { ignoreNotFound } from "../ignore-not-found.ts";
import { followFly, followGithub, followValue, followVercel } from "./derived-digests.ts";
import type { Preparation } from "./manifest.ts";
import { filesBelow, saltIn, stateFiles } from "./saved-states.ts";
import { changeSecrets, deriveKey, stackSecrets, type StackSecrets } from "./stack-secrets.ts";
import { substitute, type PortMap, type Substitution } from "./substitution.ts";

/** A copied home, before anything runs in it. */
export interface Copied {
  /** Has the home's parts. */
  readonly folder: string;
  readonly preparation: Preparation;
  /** Of the stacks' secrets provider. */
  readonly passphrase: string;
}

const clouds = ["ai", "fly", "github", "neon", "railway", "vercel", "wire"] as const;

/**
 * Gives a copied home other ports: in every cloud's data, in the stacks' files and states with their secrets, and in
 * every digest that depends on them.
 */
export async function readdress(copied: Copied, ports: PortMap): Promise<void> {
  const change = substitute(ports);
  const stateOf = (cloud: string): string => join(copied.folder, "cloud", cloud, "state.json");
  const read = (cloud: string): unknown => readJson(stateOf(cloud));

  for (const value of copied.preparation.digested) followValue(value, change);
  const fly = read("fly") as FlyState | undefined;
  if (fly) followFly(fly, change);
  const vercel = read("vercel") as VercelState | undefined;
  if (vercel) followVercel(vercel, change);
  const github = read("github") as GithubState | undefined;
  // Last: its records hold the digests above.
  if (github) followGithub(github, change, copied.passphrase);

  for (const cloud of clouds) {
    const state = read(cloud);
    if (state !== undefined) writePrivate(stateOf(cloud), JSON.stringify(change.value(state)));
  }
  const server = read("server") as PortState | undefined;
  if (server) writePrivate(stateOf("server"), JSON.stringify(renumber(server, ports)));
  await changeStacks(copied, change);
}

/** The sandbox's own list of ports. */
function renumber({ named, given }: PortState, ports: PortMap): PortState {
  const other = (port: number): number => ports.get(port) ?? port;
  return {
    named: Object.fromEntries(Object.entries(named).map(([name, port]) => [name, other(port)])),
    given: given.map(other),
  };
}

async function changeStacks(copied: Copied, change: Substitution): Promise<void> {
  const states = join(copied.folder, "state");
  const files = [
    ...filesBelow(states).filter((file) => /\.json(\.bak)?$/.test(file)),
    ...filesBelow(join(copied.folder, "stacks")).filter(
      // The checkout's own text, to which the copy is compared, has none of the sandbox's addresses.
      (file) => file.endsWith(".yaml") && !file.includes(`${sep}base${sep}`),
    ),
  ];
  const texts = files.map((file) => ({ file, text: readFileSync(file, "utf8") }));
  const secretsBySalt = await openSecrets(
    copied,
    texts.map(({ text }) => saltIn(text)),
  );
  const current = new Set(stateFiles(states));
  // A file of the past may have no salt of its own, such as the settings of an earlier update.
  const saltOfStack = new Map(
    texts.filter(({ file }) => current.has(file)).map(({ file, text }) => [stackOf(file), saltIn(text)]),
  );
  for (const { file, text } of texts) {
    const salt = saltIn(text) ?? saltOfStack.get(stackOf(file));
    const secrets = salt === undefined ? undefined : secretsBySalt.get(salt);
    const plain = change.text(text);
    const changed = secrets ? changeSecretsOf(file, plain, secrets, change, current) : plain;
    if (changed !== text) writePrivate(file, changed);
  }
}

function changeSecretsOf(
  file: string,
  text: string,
  secrets: StackSecrets,
  change: Substitution,
  current: ReadonlySet<string>,
): string {
  try {
    return changeSecrets(text, secrets, change.text);
  } catch (error) {
    // The history of a stack may go back to another salt. It is not used any more, and stays as it is.
    if (!current.has(file)) return text;
    throw new Error(`The secrets in ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** `…/stacks/PROJECT/STACK.json`, `…/history/PROJECT/STACK/STACK-….json`, `…/Pulumi.STACK.yaml` → STACK. */
function stackOf(file: string): string {
  const [, inFile] = /Pulumi\.(.+)\.yaml$/.exec(file) ?? [];
  if (inFile !== undefined) return inFile;
  const [, current] = /\/stacks\/[^/]+\/([^/]+?)\.json(?:\.bak)?$/.exec(file) ?? [];
  return current ?? dirname(file).split(sep).at(-1) ?? "";
}

async function openSecrets(
  { preparation, passphrase }: Copied,
  salts: readonly (string | undefined)[],
): Promise<ReadonlyMap<string, StackSecrets>> {
  const needed = [...new Set(salts.filter((salt) => salt !== undefined))];
  return new Map(
    await Promise.all(
      needed.map(async (salt): Promise<[string, StackSecrets]> => {
        const kept = preparation.keys[salt];
        return [salt, stackSecrets(kept ? Buffer.from(kept, "base64") : await deriveKey(passphrase, salt))];
      }),
    ),
  );
}

const readJson = (file: string): unknown =>
  ignoreNotFound(() => JSON.parse(readFileSync(file, "utf8")) as unknown);

function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
}
