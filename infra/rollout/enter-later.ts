import { createRecorded, report } from "./record.ts";
import { sourcesOf } from "./records/entry.ts";
import type { RecordWriter } from "./records/append.ts";
import { enterBegin, enterEnd, unendedText } from "./records/keep.ts";
import { readRecord } from "./records/read-record.ts";
import type { Unrecorded, UnrecordedEnd } from "./without-github.ts";

/** A rollback whose end is not known: its last step was not reached. */
const unended = {
  result: "failure",
  description: "did not reach its end while GitHub did not answer",
} as const;

/**
 * Enters a rollback that ran while GitHub did not answer, with its deployment and its status. Safe to repeat.
 *
 * @param end how it ended; undefined where its last step was not reached.
 * @returns whether something was entered.
 */
export async function enterLater(
  writer: RecordWriter,
  rollback: Unrecorded,
  end: UnrecordedEnd | undefined,
): Promise<boolean> {
  const { github, place } = writer;
  const { outage, commit } = rollback;
  const chain = await readRecord(github, place, writer.anchors);
  const isOurs = (entry: { readonly withoutGitHub?: { readonly id: string } | undefined }): boolean =>
    entry.withoutGitHub?.id === outage.id;
  const entered = chain.flatMap(({ entry }) => (entry?.kind === "begun" && isOurs(entry) ? [entry] : []))[0];
  const hasEnded = chain.some(({ entry }) => entry?.kind === "ended" && entry.attempt === entered?.attempt);
  if (entered && hasEnded) return false;
  const deployment = entered?.deployment ?? (await enterItsBegin(writer, rollback));
  const ended = end
    ? {
        ...{ result: "success" as const, description: end.description, webUrl: end.webUrl },
        ...(end.images === undefined ? {} : { images: [...end.images] }),
        ...(end.webDeployment === undefined ? {} : { webDeployment: end.webDeployment }),
        ...(end.webFiles === undefined ? {} : { webFiles: end.webFiles }),
      }
    : unended;
  await enterEnd(writer, ended, isOurs);
  await report(github, {
    ...{ ...place, deploymentId: deployment, commit, state: ended.result, description: ended.description },
    ...(end ? { webUrl: end.webUrl } : {}),
  });
  return true;
}

/** Enters that it has begun, and gives the number of its deployment. */
async function enterItsBegin(writer: RecordWriter, { outage, ...begun }: Unrecorded): Promise<number> {
  const { github, place } = writer;
  const { release, commit, composition, returnsTo, settings } = begun;
  // What the outage has broken off has not ended on record.
  await enterEnd(writer, { result: "failure", description: unendedText }, () => true);
  const { digest, names } = composition.migrations;
  const deployment = await createRecorded(github, {
    ...{ owner: place.owner, repository: place.repository, environment: place.environment, commit },
    description: `return to ${release.slice(0, 12)}, without GitHub`,
    record: {
      ...{ schema: 1, release, commit, environment: place.environment, artifacts: sourcesOf(composition) },
      ...{ migrations: { digest, newest: names.at(-1) ?? "" }, startedAt: outage.at },
    },
  });
  await enterBegin(writer, {
    ...{
      by: outage.by,
      release,
      commit,
      composition,
      checks: [],
      settings,
      deployment,
      withoutGitHub: outage,
    },
    ...(begun.program === undefined ? {} : { program: begun.program }),
    ...(returnsTo === undefined ? {} : { returnsTo }),
    ...(begun.names === undefined ? {} : { names: begun.names }),
  });
  return deployment;
}
