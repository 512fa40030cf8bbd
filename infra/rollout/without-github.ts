import type { CloudAccess } from "../shared/cloud-access.ts";
import { heldFaults } from "./rollback-checks.ts";
import type { Begun } from "./records/entry.ts";

/** A rollback while GitHub did not answer: neither gate nor lease was asked there, and it is entered later. */
export type Outage = NonNullable<Begun["withoutGitHub"]>;

/** What the steps of such a rollback get to know. */
export interface OutageRun extends Outage {
  /** The app in whose registry the images are. */
  readonly imageApp: string;
  /** The images that its workers run, with the digests that the copy of the record has. */
  readonly images: readonly { readonly reference: string; readonly digest: string }[];
}

/** Variable that names the file with what such a rollback needs: see `OutageFile`. */
export const outageVariable = "ROLLOUT_WITHOUT_GITHUB";

/** Such a rollback until it is on record, as the stack's state has it. */
export type Unrecorded = { readonly outage: Outage } & Pick<
  Begun,
  "release" | "commit" | "composition" | "settings" | "program" | "returnsTo" | "names"
>;

/** How one ended, as the last step of it noted. */
export interface UnrecordedEnd {
  /** Of the outage. */
  readonly id: string;
  readonly at: string;
  /** The smoke test's words. */
  readonly description: string;
  readonly images?: readonly { readonly reference: string; readonly digest: string }[] | undefined;
  readonly webDeployment?: string | undefined;
  readonly webFiles?: Readonly<Record<string, string>> | undefined;
  readonly webUrl: string;
}

/** Why such a rollback is refused, by what can be asked without GitHub: the images have to be those that ran. */
export async function outageFaults(
  { imageApp, images }: OutageRun,
  access: CloudAccess,
): Promise<readonly string[]> {
  const faults = images.map(({ reference, digest }) => heldFaults(imageApp, reference, digest, access));
  return (await Promise.all(faults)).flat();
}

/** What a rollout is refused with until such a rollback is entered. */
export function unrecordedText({ at, by, reason }: Outage, stack: string): string {
  return (
    `the rollback without GitHub of ${at} by ${by} (${reason}) is not on record yet, and this rollout would come behind the wrong ` +
    `release. Enter it: bin/rollout history --sync --stack ${stack}`
  );
}
