import { setTimeout as sleep } from "node:timers/promises";
import type { GitHub } from "../../github/client.ts";
import { GitHubError } from "../../github/client.ts";
import { noteTree } from "../../github/note-tree.ts";
import { refusalByRules } from "../../github/refused-by-rules.ts";
import type { RecordPlace } from "./chain.ts";
import { headOf, readChain, recordRef } from "./chain.ts";
import type { Adopted, Begun, Ended, Entry, Noted } from "./entry.ts";
import { entryHash, isFreezeEntry, parseEntry } from "./entry.ts";
import { expectedAt, lagPauses, readRecord, RecordRefused } from "./read-record.ts";
import { chooseSigner, signatureFault, withSignature } from "./signature.ts";
import type { Anchor, SeenEntry } from "./verify.ts";

/** Who writes into a record. */
export interface RecordWriter {
  readonly github: GitHub;
  readonly place: RecordPlace;
  /** Secret. Private keys, one of which signs what is added. */
  readonly privateKeys: readonly string[];
  /** Entries that are known to be there: nothing is added where one is missing. */
  readonly anchors?: readonly Anchor[];
}

type Placed = "previous" | "entry" | "environment" | "schema";

/** An entry before it has its place in the chain. */
export type NewEntry =
  | Omit<Begun, Placed | "attempt">
  | Omit<Ended, Placed>
  | Omit<Adopted, Placed | "attempt">
  | Omit<Noted, Placed | "attempt">;

/** An entry that was added, and how to know it again. */
export interface Added {
  readonly entry: Entry;
  readonly anchor: SeenEntry;
  /** The very text. */
  readonly message: string;
}

/**
 * Adds a signed entry behind all others. One that begins an attempt gets the next number.
 *
 * @param entryBehind what is to stand behind the newest entry, or nothing. Asked again whenever another user was faster. It is given
 * the newest entry that is no freeze: an environment may be frozen while an attempt runs, whose end has to be entered.
 * @throws RecordRefused when the newest entry does not count: nothing is added behind an entry that no key has signed.
 */
export async function append(
  writer: RecordWriter,
  entryBehind: (newest: Entry | undefined) => NewEntry | undefined,
): Promise<Added | undefined> {
  const { github, place, privateKeys } = writer;
  const { environment } = place;
  let keepsTree = false;
  // Of several that add at once each gets a place; and GitHub may refuse a true fast-forward right after another change, and
  // show the ref as it was before that.
  for (const pause of [...lagPauses, undefined]) {
    const head = await newest(writer).catch((error: unknown) => {
      if (pause !== undefined && error instanceof RecordRefused && error.isBehind) return "behind" as const;
      throw error;
    });
    if (head === "behind") {
      await sleep(pause);
      continue;
    }
    const entry = entryBehind(await newestButFreezes(head, writer));
    if (!entry) return undefined;
    const number = (head?.number ?? 0) + 1;
    const full = placedBehind(head, entry, { entry: number, environment });
    const signer = chooseSigner(privateKeys, number, place.records[environment] ?? { keys: [] }, environment);
    const message = withSignature(JSON.stringify(full), signer);
    const sha = await commitOf(github, place, message, head, keepsTree);
    const refused = await moveRecord(writer, head, sha);
    if (!refused) return { entry: full, message, anchor: { entry: number, hash: entryHash(message), sha } };
    if (pause === undefined) throw refused;
    // A record that was begun with the files of a release: to leave out its workflow files may need a right to workflows.
    const mayLackRight: boolean = refused.status === 403 && head !== undefined && !keepsTree;
    keepsTree ||= mayLackRight;
    if (!mayLackRight && refused.status !== 422 && refused.status !== 409) throw refused;
    if (!mayLackRight) await sleep(pause);
  }
  throw new Error("Internal error: the last try neither added an entry nor failed");
}

/** @returns GitHub's refusal; undefined where the record ends with the commit. */
async function moveRecord(
  { github, place }: RecordWriter,
  head: Newest | undefined,
  sha: string,
): Promise<GitHubError | undefined> {
  const { owner, repository: repo } = place;
  const ref = recordRef(place.environment);
  try {
    if (head) await github.rest.git.updateRef({ owner, repo, ref, sha, force: false });
    else await github.rest.git.createRef({ owner, repo, ref: `refs/${ref}`, sha });
    return undefined;
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    const byRules = refusalByRules(error, ref);
    if (byRules) throw byRules;
    // Refused, or the answer was lost: what is there now shows which of both.
    return (await headOf(github, place)) === sha ? undefined : error;
  }
}

/**
 * Whether an entry could be added now, before something is done that has to be entered afterwards.
 *
 * @throws RecordRefused, or an Error that names the missing key.
 */
export async function requireSigner(writer: RecordWriter): Promise<void> {
  const { place, privateKeys } = writer;
  const { environment, trust = { keys: [] } } = expectedAt(place);
  chooseSigner(privateKeys, ((await newest(writer))?.number ?? 0) + 1, trust, environment);
}

async function newestButFreezes(
  head: Newest | undefined,
  { github, place, anchors }: RecordWriter,
): Promise<Entry | undefined> {
  if (!head || !isFreezeEntry(head.entry)) return head?.entry;
  const entries = (await readRecord(github, place, anchors)).map(({ entry }) => entry);
  return entries.find((entry) => entry !== undefined && !isFreezeEntry(entry));
}

interface Newest {
  readonly sha: string;
  readonly message: string;
  readonly entry: Entry;
  readonly number: number;
  /** Of its commit. */
  readonly tree: string;
}

function placedBehind(
  head: Newest | undefined,
  entry: NewEntry,
  place: { readonly entry: number; readonly environment: string },
): Entry {
  const common = { schema: 2, ...place, previous: head ? entryHash(head.message) : "" } as const;
  const attempt = head?.entry.attempt ?? 0;
  if (entry.kind === "begun") return { ...entry, ...common, attempt: attempt + 1 };
  return entry.kind === "ended" ? { ...entry, ...common } : { ...entry, ...common, attempt };
}

/**
 * The newest entry, which counts; none where there is no record. Its signer has seen the one before it, and so on: to
 * write behind it, the others need not be read.
 */
async function newest({ github, place, anchors = [] }: RecordWriter): Promise<Newest | undefined> {
  const { owner, repository: repo } = place;
  const { environment, trust } = expectedAt(place);
  const wanted = anchors.filter(({ hash }) => !trust?.lost?.includes(hash));
  const refuse = (fault: string, anchor?: Anchor, hasRecord = true): never => {
    const restoreTo = anchor?.sha;
    const isBehind = anchor !== undefined;
    throw new RecordRefused(
      place,
      { faults: [fault], isBehind, ...(restoreTo === undefined ? {} : { restoreTo }) },
      hasRecord,
    );
  };
  const sha = await headOf(github, place);
  if (sha === undefined) {
    const [anchor] = wanted;
    return anchor
      ? refuse(`it is gone: ${anchor.source} knows entry ${String(anchor.entry)}`, anchor, false)
      : undefined;
  }
  const { message, tree } = (await github.rest.git.getCommit({ owner, repo, commit_sha: sha })).data;
  const entry = parseEntry(message);
  const name = `its newest entry (${sha.slice(0, 12)})`;
  if (!entry) return refuse(`${name} is no entry of a record: ${JSON.stringify(message.slice(0, 60))}`);
  const hash = entryHash(message);
  const isTrusted = trust?.trusted === hash;
  const number = entry.entry ?? (isTrusted ? (await readChain(github, place)).length : 0);
  const fault = isTrusted ? undefined : signatureFault(message, number, trust ?? { keys: [] });
  if (fault !== undefined) return refuse(`${name} ${fault}`);
  if (entry.environment !== undefined && entry.environment !== environment)
    return refuse(`${name} is of ${entry.environment}, and this is the record of ${environment}`);
  for (const anchor of wanted) {
    const known = contradiction(anchor, number, hash);
    if (known)
      return refuse(`${name} is entry ${String(number)}, and ${anchor.source} knows ${known}`, anchor);
  }
  return { sha, message, entry, number, tree: tree.sha };
}

/** What an anchor knows that cannot be where the newest entry has this number and hash. */
function contradiction({ entry, hash: known }: Anchor, number: number, hash: string): string | undefined {
  if (entry === undefined || entry < number) return undefined;
  if (entry > number) return "a later one";
  return known === hash ? undefined : "another one of that number";
}

async function commitOf(
  github: GitHub,
  place: RecordPlace,
  message: string,
  parent: Newest | undefined,
  keepsTree: boolean,
): Promise<string> {
  const made = await github.rest.git.createCommit({
    owner: place.owner,
    repo: place.repository,
    message,
    tree: parent && keepsTree ? parent.tree : await noteTree(github, place),
    parents: parent === undefined ? [] : [parent.sha],
  });
  return made.data.sha;
}
