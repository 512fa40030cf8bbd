import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { application } from "../../rollout.config.ts";
import { configOf } from "../../stacks/release/composition.ts";
import { environmentFaults } from "../../stacks/settings/environment-faults.ts";
import type { EnvironmentKind } from "../../stacks/environments.ts";
import { environments } from "../../stacks/environments.ts";
import { checkFlyFiles } from "../../stacks/release/fly-files.ts";
import { schemaFile, schemaText } from "../../stacks/settings/json-schema.ts";
import { settingFaults } from "../../stacks/settings/setting-faults.ts";
import type { Settings } from "../../stacks/settings/schema.ts";
import { settingsSchemaOf } from "../../stacks/settings/schema.ts";

/** The settings of this repository, whatever their values: a rollout would otherwise be the first to read them. */
const root = join(import.meta.dirname, "..", "..");

const prefix = "rollout:";
/** What `pulumi config set --secret` writes; the schema of the settings does not have them. */
const secretKeys = ["rollout:secrets"];

const settingsSchema = settingsSchemaOf(application);

type Values = Readonly<Record<string, unknown>>;

const textOf = (stack: string): string => readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8");
const configOfStack = (stack: string): Values => (load(textOf(stack)) as { readonly config: Values }).config;

function parse(stack: string) {
  const settings = Object.fromEntries(
    Object.entries(configOfStack(stack))
      .filter(([key]) => key.startsWith(prefix) && !secretKeys.includes(key))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
  return { settings, parsed: settingsSchema.safeParse(settings) };
}

function settingsOf(stack: string): Settings {
  const { parsed } = parse(stack);
  return parsed.data ?? expect.fail(`Pulumi.${stack}.yaml is invalid; the first test names the fault`);
}

/** Every fault of a stack file, with the command that fixes it. */
function faultsOf(stack: string, kind: EnvironmentKind): readonly string[] {
  const { settings, parsed } = parse(stack);
  return parsed.success
    ? environmentFaults(stack, kind, parsed.data)
    : settingFaults(settingsSchema, parsed.error.issues, settings, stack);
}

/** Where a value stands that the engine did not encrypt; never the value itself. */
function plainIn(path: string, value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [path];
  if (Object.keys(value).join() === "secure") return [];
  return Object.entries(value).flatMap(([key, inner]) => plainIn(`${path}.${key}`, inner));
}

describe.each(Object.entries(environments))("Pulumi.%s.yaml", (stack, kind) => {
  it("holds valid settings", () => {
    expect(faultsOf(stack, kind)).toEqual([]);
  });

  it("holds no secret in plain text, and no salt, which belongs to one passphrase", () => {
    const config = configOfStack(stack);
    expect(secretKeys.flatMap((key) => (key in config ? plainIn(key, config[key]) : []))).toEqual([]);
    expect(textOf(stack)).not.toContain("encryptionsalt");
  });

  it("names the schema of the settings to editors", () => {
    expect(textOf(stack).split("\n")[0]).toBe(`# yaml-language-server: $schema=${schemaFile}`);
  });

  it("fits the fly.*.toml of its workers", () => {
    const workerOf = (worker: string) => ({
      ...{ source: "", commit: "", image: "" },
      config: readFileSync(join(root, configOf(kind, worker)), "utf8"),
    });
    const workers = Object.fromEntries(
      Object.keys(application.workers).map((name) => [name, workerOf(name)]),
    );
    expect(() => checkFlyFiles({ workers }, kind, settingsOf(stack))).not.toThrow();
  });
});

it("the schema for editors is as the settings are; npm run schema writes it", () => {
  expect(readFileSync(join(root, schemaFile), "utf8")).toBe(schemaText(application));
});

it("two stacks share no branch, role, app or domain: what one destroys, the other would lose", () => {
  const owners = new Map<string, string>();
  const shared = Object.keys(environments).flatMap((stack) => {
    const { neon, fly, vercel } = settingsOf(stack);
    const names = {
      "neon.branch": neon.branch,
      "neon.role": neon.role,
      ...Object.fromEntries(Object.entries(fly.apps).map(([worker, app]) => [`fly.apps.${worker}`, app])),
      "vercel.domain": vercel.domain,
    };
    return Object.entries(names).flatMap(([setting, name]) => {
      const here = `${prefix}${setting} of ${stack}`;
      const before = owners.get(name);
      owners.set(name, here);
      return before === undefined ? [] : [`${here} is ${name}, and so is ${before}`];
    });
  });
  expect(shared).toEqual([]);
});
