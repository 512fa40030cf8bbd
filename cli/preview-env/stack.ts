import { execFile } from "node:child_process";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { dump } from "js-yaml";
import type { Session } from "../command.ts";
import { makeOwnFolder } from "@rollout/infra/shared/own-folder";
import { UsageError } from "../usage-error.ts";
import type { StackFile } from "../settings-file.ts";

/** A stack whose file lies outside the checkout, for as long as a command runs. */
export interface PreviewStack {
  readonly name: string;
  /** Path of its file. */
  readonly configFile: string;
  /** Makes it where the backend does not have it. */
  make(): Promise<void>;
  /** Deletes it from the backend, whatever its state has; one that is gone is a success. */
  remove(): Promise<void>;
  close(): void;
}

const limitMilliseconds = 60_000;

/**
 * Writes the stack's file into a folder of its own: the engine writes a salt into it, and takes it away with the stack,
 * neither of which is to happen to the checkout.
 */
export function openPreviewStack(session: Session, name: string, file: StackFile): PreviewStack {
  const folder = makeOwnFolder();
  const configFile = join(folder, `Pulumi.${name}.yaml`);
  const provider = file["secretsprovider"];
  copyFileSync(join(session.checkout, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  writeFileSync(configFile, dump(file, { lineWidth: -1 }), { mode: 0o600 });
  const pulumi = async (...words: readonly string[]): Promise<void> => {
    // It would name the file of another stack.
    const { PULUMI_OPTION_CONFIG_FILE: _file, ...environment } = session.environment;
    await promisify(execFile)("pulumi", [...words, "--non-interactive", "--cwd", folder], {
      cwd: folder,
      env: environment,
      timeout: limitMilliseconds,
    });
  };
  return {
    name,
    configFile,
    make: () =>
      unless(/already exists/, () =>
        pulumi(
          ...["stack", "init", name, "--no-select"],
          ...(typeof provider === "string" ? ["--secrets-provider", provider] : []),
        ),
      ),
    remove: () =>
      unless(/no stack named|not found/i, () =>
        pulumi("stack", "rm", name, "--yes", "--force", "--preserve-config"),
      ),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A failure because that is done already is a success. */
async function unless(said: RegExp, call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    const { stderr = "", message, code } = error as Error & { stderr?: string; code?: string };
    if (code === "ENOENT")
      throw new UsageError(
        "There is no pulumi on the PATH. Install it (https://www.pulumi.com/docs/install/), or try everything on this machine: bin/sandbox bin/rollout preview-env up 42",
      );
    if (said.test(stderr)) return;
    throw new UsageError(stderr.replaceAll(/^error: /gm, "").trim() || message);
  }
}
