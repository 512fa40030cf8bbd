import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { SecretForm } from "./secret-forms.ts";
import { secretForms } from "./secret-forms.ts";

/** A value that no one may see, by a name that anyone may. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Looks for secrets. What it finds it reports by place, name and form, never by value. */
export interface Tripwire {
  /** A line for each secret that stands in a text. */
  in(place: string, text: string | Uint8Array): readonly string[];
  /** The same for every file below a folder, without those whose path in it `exceptions` names. */
  below(folder: string, exceptions?: Readonly<Record<string, string>>): Found;
}

export interface Found {
  readonly leaks: readonly string[];
  /** How many files were looked at. */
  readonly files: number;
}

/** A shorter one would be found by chance. */
const shortest = 16;

interface Needle extends SecretForm {
  readonly name: string;
  readonly bytes: Buffer;
}

export function tripwireFor(secrets: readonly Secret[]): Tripwire {
  const needles = secrets.flatMap(({ name, value }) => {
    if (Buffer.byteLength(value) < shortest) throw new Error(`${name} is too short to be looked for`);
    return secretForms(value).map((form): Needle => ({ ...form, name, bytes: Buffer.from(form.text) }));
  });
  const byStart = new Map<number, Needle[]>();
  for (const needle of needles) {
    const start = needle.bytes.readUInt16BE(0);
    byStart.set(start, [...(byStart.get(start) ?? []), needle]);
  }
  // A sandbox holds hundreds of megabytes: one pass over them for all needles, by their first two bytes.
  const isStart = new Uint8Array(0x1_00_00);
  for (const start of byStart.keys()) isStart[start] = 1;

  const look: Tripwire["in"] = (place, text) => {
    const bytes =
      typeof text === "string" ? Buffer.from(text) : Buffer.from(text.buffer, text.byteOffset, text.length);
    const seen = new Set<string>();
    let start = bytes[0] ?? 0;
    for (let at = 1; at < bytes.length; at += 1) {
      start = ((start << 8) | (bytes[at] ?? 0)) & 0xff_ff;
      if (isStart[start] === 0) continue;
      for (const { name, form, bytes: needle } of byStart.get(start) ?? [])
        if (
          bytes.compare(needle, 0, needle.length, at - 1, Math.min(at - 1 + needle.length, bytes.length)) ===
          0
        )
          seen.add(`${place}: ${name}, ${form}`);
    }
    return [...seen];
  };

  return {
    in: look,
    below: (folder, exceptions = {}) => {
      const files = filesBelow(folder).filter((file) => !Object.hasOwn(exceptions, file));
      return {
        leaks: files.flatMap((file) =>
          look(file, ignoreNotFound(() => readFileSync(join(folder, file))) ?? ""),
        ),
        files: files.length,
      };
    },
  };
}

/** Paths below the folder, with slashes. In a sandbox that runs, files and folders come and go. */
function filesBelow(folder: string, path = ""): string[] {
  const entries = ignoreNotFound(() => readdirSync(join(folder, path), { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => {
    const name = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(folder, name);
    return entry.isFile() ? [name] : [];
  });
}

function ignoreNotFound<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
