import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { ignoreNotFound } from "../ignore-not-found.ts";
import type { SavedStack } from "./manifest.ts";

/** As the engine's file backend writes it; of the many fields those that are used here. */
interface StateFile {
  readonly checkpoint?: {
    readonly latest?: {
      readonly resources?: readonly {
        readonly type: string;
        readonly outputs?: Readonly<Record<string, unknown>>;
      }[];
    };
  };
}

/** The stacks whose states are below `stateFolder`. */
export function savedStacks(stateFolder: string): readonly SavedStack[] {
  return stateFiles(stateFolder).map((file) => {
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as StateFile;
    const stack = checkpoint?.latest?.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
    const release = stack?.outputs?.["release"];
    return { name: basename(file, ".json"), ...(typeof release === "string" ? { release } : {}) };
  });
}

/** The file of each stack's state. */
export function stateFiles(stateFolder: string): readonly string[] {
  return filesBelow(join(stateFolder, ".pulumi", "stacks")).filter((file) => file.endsWith(".json"));
}

/** All files below a folder; none where there is no such folder. */
export function filesBelow(folder: string): readonly string[] {
  return (ignoreNotFound(() => readdirSync(folder, { recursive: true, withFileTypes: true })) ?? [])
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const salt = /(?:"salt": *"|^encryptionsalt: *)(v1:[A-Za-z0-9+/=]+:v1:[A-Za-z0-9+/=:]+)/m;

/** The salt of the secrets in the text of a state or a stack file; none where it has no secrets. */
export function saltIn(text: string): string | undefined {
  return salt.exec(text)?.[1];
}
