import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { chmod, chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isSegment } from "./copy-cluster.ts";
import type { Installation } from "./installation.ts";

/** A complete cluster from which, with the log, each later moment can be made again. */
export interface Base {
  readonly folder: string;
  /** The first moment that it is good for, in milliseconds. */
  readonly since: number;
}

/** Log of one branch that is kept at most, as on Neon's free plan; then the oldest goes, whatever the window. */
const mostBytes = 1024 ** 3;

/** A new base is made after so much log, which bounds both the time of a restore and what must be kept. */
const bytesABase = 256 * 1024 ** 2;

/**
 * The past of one cluster: base backups, and each segment of its log since the first of them. The segments are put
 * there by the server itself (see `archiving`), so none is missed while the control plane is down.
 */
export class History {
  readonly folder: string;
  readonly #installation: Installation;
  readonly #template: string;

  constructor(installation: Installation, folder: string) {
    this.folder = folder;
    this.#installation = installation;
    this.#template = join(installation.folder, "template");
  }

  get log(): string {
    return join(this.folder, "log");
  }

  /** Makes the folder that the server archives to. */
  async prepare(): Promise<void> {
    const { user } = this.#installation;
    if (existsSync(this.log)) return;
    await mkdir(this.log, { recursive: true });
    await chmod(this.folder, 0o711);
    await chmod(this.log, 0o700);
    if (user) await chown(this.log, user.uid, user.gid);
  }

  /** A cluster that is a copy of the template has the template for its first base; it costs nothing. */
  beginWithTemplate(): void {
    writeFileSync(join(this.folder, `template-${Date.now()}`), "");
  }

  /** Keeps a copy of the cluster, which `copy` makes in the folder that it is given. */
  async addBase(copy: (folder: string) => Promise<unknown>): Promise<void> {
    const next = join(this.folder, "base");
    await copy(next);
    renameSync(next, join(this.folder, `base-${Date.now()}`));
  }

  /** Oldest first. */
  bases(): readonly Base[] {
    return this.#names()
      .flatMap((name): Base[] => {
        const [kind, since] = name.split("-");
        if (since === undefined || since.includes(".")) return [];
        const folder = kind === "template" ? this.#template : join(this.folder, name);
        return [{ folder, since: Number(since) }];
      })
      .toSorted((a, b) => a.since - b.since);
  }

  /** Whether so much was written since the newest base, or it is so old, that there should be another. */
  needsBase(windowMilliseconds: number): boolean {
    const newest = this.bases().at(-1);
    if (!newest || !existsSync(this.log)) return false;
    const since = this.#segments().filter(({ written }) => written > newest.since);
    if (since.length === 0) return false;
    return sum(since) > bytesABase || Date.now() - newest.since > windowMilliseconds / 2;
  }

  /** Removes what no moment from `oldest` on needs. */
  prune(oldest: number): void {
    const bases = this.bases();
    let first = Math.max(
      0,
      bases.findLastIndex(({ since }) => since <= oldest),
    );
    const kept = (from: number): number => {
      const begin = bases[from] && firstSegment(bases[from].folder);
      return sum(this.#segments().filter(({ name }) => begin === undefined || name >= begin));
    };
    while (first < bases.length - 1 && kept(first) > mostBytes) first += 1;
    const base = bases[first];
    if (!base) return;
    for (const { folder, since } of bases.slice(0, first)) {
      if (folder !== this.#template) rmSync(folder, { recursive: true, force: true });
      rmSync(join(this.folder, `template-${since}`), { force: true });
    }
    const begin = firstSegment(base.folder);
    if (begin === undefined) return;
    for (const { name } of this.#segments()) if (name < begin) rmSync(join(this.log, name), { force: true });
  }

  /** Where the log that is kept begins. */
  firstPosition(): bigint {
    const first = this.#segments()
      .map(({ name }) => name)
      .toSorted()[0];
    // The last 16 digits count segments of one mebibyte: 4096 of them in each of the first eight.
    return first === undefined
      ? 0n
      : (BigInt(`0x${first.slice(8, 16)}`) << 32n) + (BigInt(`0x${first.slice(16)}`) << 20n);
  }

  #segments(): readonly { name: string; bytes: number; written: number }[] {
    if (!existsSync(this.log)) return [];
    return readdirSync(this.log)
      .filter(isSegment)
      .map((name) => {
        const { size, mtimeMs } = statSync(join(this.log, name));
        return { name, bytes: size, written: mtimeMs };
      });
  }

  #names(): string[] {
    return existsSync(this.folder) ? readdirSync(this.folder) : [];
  }
}

const sum = (segments: readonly { bytes: number }[]): number =>
  segments.reduce((total, { bytes }) => total + bytes, 0);

/** The first segment of the log that a base made while its server ran needs; unknown for others. */
function firstSegment(base: string): string | undefined {
  try {
    return /\(file ([0-9A-F]{24})\)/.exec(readFileSync(join(base, "backup_label"), "utf8"))?.[1];
  } catch {
    return undefined;
  }
}
