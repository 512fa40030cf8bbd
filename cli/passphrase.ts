import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./usage-error.ts";

const passphrase = "PULUMI_CONFIG_PASSPHRASE";
const passphraseFile = "PULUMI_CONFIG_PASSPHRASE_FILE";

/**
 * The environment with a passphrase that means something. Workflows set the variable from a secret; one that does not exist
 * is the empty text, which the engine takes for the passphrase: it hides the variable with the file, and encrypts a new
 * stack's secrets with nothing (pulumi/pulumi#9568).
 *
 * @throws UsageError in CI, where the stack has a passphrase and none is given.
 */
export function withPassphrase(
  checkout: string,
  environment: NodeJS.ProcessEnv,
  stack: string | undefined,
): NodeJS.ProcessEnv {
  if (environment[passphrase] !== "") return environment;
  if (environment[passphraseFile]) {
    const { [passphrase]: _empty, ...rest } = environment;
    return rest;
  }
  if (environment["CI"] && stack !== undefined && hasPassphrase(checkout, environment, stack))
    throw new UsageError(
      `${passphrase} is set and empty, as from a secret that does not exist, and the secrets of ${stack} are encrypted with a ` +
        `passphrase. Set the secret, or ${passphraseFile}: docs/secrets.md, "Given to the workflows"`,
    );
  return environment;
}

/** Whether the stack's file has the salt of a passphrase. */
function hasPassphrase(checkout: string, environment: NodeJS.ProcessEnv, stack: string): boolean {
  const path = environment["PULUMI_OPTION_CONFIG_FILE"] ?? join(checkout, `Pulumi.${stack}.yaml`);
  try {
    return /^encryptionsalt:/m.test(readFileSync(path, "utf8"));
  } catch {
    // Then the command itself reports what is wrong with the file.
    return false;
  }
}

/** The stack that the words of a command name; previews have staging's passphrase. */
export function stackIn(command: string, words: readonly string[]): string | undefined {
  if (command === "preview-env" || command === "test-database") return "staging";
  const at = words.findIndex((word) => /^(--stack|-s)(=|$)/.test(word));
  const name = words[at]?.includes("=") ? words[at].replace(/^[^=]*=/, "") : words[at + 1];
  return at === -1 ? undefined : name?.split("/").at(-1);
}

/** What the engine prints, with what helps where it is about the passphrase: of that it names neither stack nor variable. */
export function withPassphraseAdvice(said: string, stack: string): string {
  if (!/incorrect passphrase|passphrase must be set/.test(said)) return said;
  return (
    `${said}\nThe secrets of ${stack} are encrypted with another passphrase than the one given, or none is given: set ${passphrase}, ` +
    `or ${passphraseFile}, to the one that the stack was made with. Nothing was changed`
  );
}
