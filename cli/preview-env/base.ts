import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CORE_SCHEMA, load } from "js-yaml";
import type { CloudAccess } from "@atlaris/infra/dynamic/cloud-access";
import { missingAccess, readCloudAccess } from "@atlaris/infra/dynamic/cloud-access";
import type { PreviewPlace } from "@atlaris/infra/preview/leftover";
import { settingFaults } from "../../stacks/setting-faults.ts";
import type { Settings } from "../../stacks/settings-schema.ts";
import { settingsSchema } from "../../stacks/settings-schema.ts";
import type { Session } from "../command.ts";
import { UsageError } from "../usage-error.ts";

/** The stack whose settings the environments of pull requests have. */
export const baseStack = "staging";

/** A stack file as it stands. */
export type StackFile = Readonly<Record<string, unknown>>;

/** What every environment of a pull request begins with. */
export interface Base {
  /** Staging's stack file, with what a workflow added to it. */
  readonly file: StackFile;
  readonly settings: Settings;
  readonly place: PreviewPlace;
  readonly access: CloudAccess;
}

/**
 * Reads staging's stack file and the clouds' tokens.
 *
 * @throws UsageError that names what is missing or wrong.
 */
export function readBase({ checkout, environment }: Session): Base {
  const missing = missingAccess(environment);
  if (missing.length > 0) throw new UsageError(missing.join("\n"));
  // The engine's own variable for a stack file that lies elsewhere.
  const path = environment["PULUMI_OPTION_CONFIG_FILE"] ?? join(checkout, `Pulumi.${baseStack}.yaml`);
  const file = readStackFile(path);
  const given = settingsIn(file);
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success)
    throw new UsageError(
      `${path} is wrong:\n${settingFaults(settingsSchema, parsed.error.issues, given, baseStack)
        .map((fault) => `  ${fault}`)
        .join("\n")}`,
    );
  const { neon, fly, vercel, github } = parsed.data;
  return {
    file,
    settings: parsed.data,
    place: {
      owner: github.owner,
      repository: github.repository,
      neon: { project: neon.project, organizationId: neon.organizationId },
      fly: { organization: fly.organization, apps: Object.values(fly.apps) },
      vercel: { team: vercel.team, project: vercel.project, domain: vercel.domain },
    },
    access: readCloudAccess(environment),
  };
}

function readStackFile(path: string): StackFile {
  try {
    // Its dates stay the text that they are.
    const file = load(readFileSync(path, "utf8"), { schema: CORE_SCHEMA });
    if (typeof file === "object" && file !== null) return file as StackFile;
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
  throw new UsageError(`${path} is no stack file: it has no settings`);
}

/** Without secrets, which are no settings. */
function settingsIn({ config = {} }: StackFile): Record<string, unknown> {
  const entries = Object.entries(config as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    entries
      .filter(([key]) => key.startsWith("atlaris:") && !["atlaris:secrets", "atlaris:aiApiKey"].includes(key))
      .map(([key, value]) => [key.slice("atlaris:".length), value]),
  );
}
