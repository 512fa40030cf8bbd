import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Ended, Sandbox } from "../sandbox.ts";

/** The files of staging's state. */
export interface StatePlace {
  /** Backend of files. */
  readonly folder: string;
  readonly file: string;
}

export function statePlace({ home }: Sandbox): StatePlace {
  const folder = join(home, "state");
  const file = join(folder, ".pulumi", "stacks", "atlaris", "staging.json");
  return { folder, file };
}

/** Runs the command that a message ends with, as its user would, in the sandbox. */
export async function runAdvice(sandbox: Sandbox, { output }: Ended, form: RegExp): Promise<Ended> {
  const command = form.exec(output)?.[1];
  expect(command, output).toBeDefined();
  return sandbox.run("sh", "-c", command ?? "");
}

/** Whether a file system of a size of its own can be mounted here: as root, and not in every container. */
export function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), "mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place], { stdio: "ignore" });
    execFileSync("umount", [place]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Moves a folder onto a file system of so many megabytes; what it gives moves it back. */
export function onOwnDisk(folder: string, megabytes: number): () => void {
  const aside = mkdtempSync(join(tmpdir(), "state-"));
  const copy = (from: string, to: string): void =>
    cpSync(from, to, { recursive: true, preserveTimestamps: true });
  copy(folder, aside);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${String(megabytes)}m`, "tmpfs", folder]);
  copy(aside, folder);
  return () => {
    rmSync(aside, { recursive: true, force: true });
    copy(folder, aside);
    execFileSync("umount", [folder]);
    copy(aside, folder);
    rmSync(aside, { recursive: true, force: true });
  };
}
