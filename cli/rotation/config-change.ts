import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Session } from "../command.ts";
import type { Recorded } from "../history/recorded.ts";
import { UsageError } from "../usage-error.ts";

/** What a rotation changes in the stack's configuration, and how that is taken back. */
export interface ConfigChange {
  readonly set: () => void;
  readonly restore: () => void;
  /** Reported once it is taken back, and once the rollout with it has begun; empty where nothing is. */
  readonly asBefore: string;
  readonly isNow: string;
}

/** Of a rotation that is finished: its version stands there already. */
export const unchanged: ConfigChange = {
  set: () => undefined,
  restore: () => undefined,
  asBefore: "",
  isNow: "",
};

interface Counted {
  readonly stack: string;
  readonly setting: string;
  /** Undefined where the stack file has none, which is the first. */
  readonly version: number | undefined;
  /** The version that runs, which a stack file of an earlier commit is behind; undefined where it is not known. */
  readonly live?: string | undefined;
}

/** Counts the version of a secret up that the stack makes. */
export function nextVersion(session: Session, { stack, setting, version, live }: Counted): ConfigChange {
  const next = String(Math.max(version ?? 1, Number(live ?? 1)) + 1);
  const at = ["--stack", stack, "--path", setting];
  const set = (value: string): void =>
    void pulumi(session, ["config", "set", ...at, value, "--type", "string"]);
  return {
    set: () => set(next),
    restore: () => {
      if (version === undefined) pulumi(session, ["config", "rm", ...at]);
      else set(String(version));
    },
    asBefore: `${setting} is ${String(version ?? 1)} as before.`,
    isNow: `${setting} is ${next} now`,
  };
}

interface NewValue {
  readonly stack: string;
  readonly name: string;
  readonly value: string;
}

/**
 * Sets the value of a secret of the application, by the engine's input: no list of processes shows it.
 *
 * @throws UsageError where the application has no such secret.
 */
export function newValue(
  session: Session,
  { settings }: Pick<Recorded, "settings">,
  { stack, name, value }: NewValue,
): ConfigChange {
  const known = [...new Set([...settings.fly.secrets, ...(settings.vercel.secrets ?? [])])];
  if (!known.includes(name))
    throw new UsageError(
      `bin/rollout rotate knows no secret ${name}. Of the application there is: ${known.join(", ") || "none"}; ` +
        "rollout:fly.secrets and rollout:vercel.secrets name further ones",
    );
  const at = ["--stack", stack, "--path", `rollout:secrets.${name}`];
  const set = (given: string): void => void pulumi(session, ["config", "set", "--secret", ...at], given);
  // Kept in this process alone, for a rollout that the gate refuses.
  const before = tryPulumi(session, ["config", "get", ...at])?.replace(/\n$/, "");
  if (before === value)
    return { ...unchanged, isNow: `${name} has this value in the configuration already; it was rolled out` };
  return {
    set: () => set(value),
    restore: () => {
      if (before === undefined) pulumi(session, ["config", "rm", ...at]);
      else set(before);
    },
    asBefore: `${name} has the value that it had before.`,
    isNow: `${name} has its new value; revoke the old one where it comes from`,
  };
}

/** @throws UsageError where none is given. */
export function readNewValue(name: string, stack: string): string {
  const value = process.stdin.isTTY ? "" : readFileSync(0, "utf8").replace(/\r?\n$/, "");
  if (value !== "") return value;
  throw new UsageError(
    `bin/rollout rotate ${name} reads the new value from standard input, and there is none: bin/rollout rotate ${name} --stack ${stack} < FILE`,
  );
}

/** The version that stands in the stack file; a secret that was never rotated has the first. */
export function readVersion(session: Session, stack: string, setting: string): number | undefined {
  const [group = "", key = ""] = setting.split(".");
  const config = JSON.parse(pulumi(session, ["config", "--stack", stack, "--json"])) as Readonly<
    Record<string, { readonly value?: string; readonly objectValue?: Readonly<Record<string, unknown>> }>
  >;
  const version = config[group]?.objectValue?.[key];
  const text = typeof version === "string" || typeof version === "number" ? String(version) : undefined;
  if (text !== undefined && !/^\d+$/.test(text))
    throw new UsageError(
      `${setting} is ${text} in the settings of ${stack}, and only a number can be counted up: pulumi config set --stack ${stack} --path '${setting}' VALUE`,
    );
  return text === undefined ? undefined : Number(text);
}

function tryPulumi(session: Session, words: readonly string[]): string | undefined {
  try {
    return pulumi(session, words);
  } catch {
    return undefined;
  }
}

function pulumi({ checkout, environment }: Session, words: readonly string[], input = ""): string {
  const { status, stdout, stderr, error } = spawnSync("pulumi", [...words, "--non-interactive"], {
    cwd: checkout,
    env: environment,
    encoding: "utf8",
    timeout: 60_000,
    input,
  });
  if (error) throw new UsageError(`pulumi cannot be run: ${error.message}`);
  if (status !== 0) throw new UsageError(stderr.replaceAll(/^error: /gm, "").trim());
  return stdout;
}
