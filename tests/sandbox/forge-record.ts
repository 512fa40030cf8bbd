import type { KeyObject } from "node:crypto";
import { createHash, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { callCloud } from "./observe.ts";
import type { Sandbox } from "./sandbox.ts";

const git = "/repos/atlaris/atlaris/git";

/** An entry of a record as GitHub has it. */
export interface SeenEntry {
  readonly sha: string;
  readonly message: string;
}

/** What who may push can do to the record of an environment, by GitHub's API alone. */
export interface RecordForger {
  /** The entries, newest first. */
  entries(): Promise<readonly SeenEntry[]>;
  /** Adds texts behind the newest entry, the oldest first. */
  add(...messages: readonly string[]): Promise<void>;
  /** Lets the record end at a commit. */
  moveTo(sha: string): Promise<void>;
  delete(): Promise<void>;
  create(sha: string): Promise<void>;
}

export function recordForger(sandbox: Sandbox, environment: string): RecordForger {
  const call = <T>(method: string, path: string, body?: object): Promise<T> =>
    callCloud<T>(sandbox, "github", method, `${git}${path}`, body);
  const ref = `heads/rollouts/${environment}/record`;
  const head = async (): Promise<string> =>
    (await call<{ object: { sha: string } }>("GET", `/ref/${ref}`)).object.sha;
  const moveTo = async (sha: string): Promise<void> => {
    await call("PATCH", `/refs/${ref}`, { sha, force: true });
  };
  return {
    entries: async () => {
      const found: SeenEntry[] = [];
      for (let next: string | undefined = await head(); next !== undefined;) {
        const commit: { message: string; parents: { sha: string }[] } = await call("GET", `/commits/${next}`);
        found.push({ sha: next, message: commit.message });
        next = commit.parents[0]?.sha;
      }
      return found;
    },
    add: async (...messages) => {
      let parent = await head();
      for (const message of messages) {
        const body = { message, tree: "0".repeat(40), parents: [parent] };
        parent = (await call<{ sha: string }>("POST", "/commits", body)).sha;
      }
      await moveTo(parent);
    },
    moveTo,
    delete: () => call<undefined>("DELETE", `/refs/${ref}`),
    create: async (sha) => {
      await call("POST", "/refs", { ref: `refs/${ref}`, sha });
    },
  };
}

/** The text of an entry without its signature. */
export function unsigned(message: string): string {
  return message.replace(/,"signature":\{[^{}]*\}\}$/, "}");
}

/** An entry with other contents, right behind another one: with the number and the hash that belong there. */
export function forged(message: string, before: SeenEntry, changes: object): string {
  const entry = JSON.parse(unsigned(message)) as object;
  const { entry: number } = JSON.parse(before.message) as { entry: number };
  const previous = createHash("sha256").update(before.message).digest("hex");
  return JSON.stringify({ ...entry, ...changes, entry: number + 1, previous });
}

/** Signs a text by a key of one's own, under any name. */
export function signedByOwnKey(text: string, name: string): string {
  return signedBy(generateKeyPairSync("ed25519").privateKey, text, name);
}

/** Signs a text as the signer of an entry does, as who has stolen the keys of the environments can. */
export async function stolenSigner(
  sandbox: Sandbox,
  { message }: SeenEntry,
): Promise<(text: string) => string> {
  const [, name = "", value = ""] =
    /,"signature":\{"key":"([^"]+)","value":"([^"]+)"\}\}$/.exec(message) ?? [];
  const keys = (await sandbox.read("printenv", "ROLLOUT_SIGNING_KEY")).trim().split(/[\s,]+/);
  const found = keys
    .map((each) => createPrivateKey({ key: Buffer.from(each, "base64"), format: "der", type: "pkcs8" }))
    .find((key) => sign(null, signedBytes(unsigned(message)), key).toString("base64") === value);
  if (!found) throw new Error(`none of the keys has signed as ${name}`);
  return (text) => signedBy(found, text, name);
}

function signedBytes(text: string): Buffer {
  return Buffer.from(`entry of a rollout record\n${text}`);
}

function signedBy(privateKey: KeyObject, text: string, name: string): string {
  const value = sign(null, signedBytes(text), privateKey).toString("base64");
  return `${text.slice(0, -1)},"signature":${JSON.stringify({ key: name, value })}}`;
}
