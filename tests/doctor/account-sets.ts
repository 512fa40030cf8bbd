import type { Row } from "./account-matrix.ts";
import { clouds, isWorking, matrix } from "./account-matrix.ts";

/** Accounts at all four clouds with which everything works. */
export type AccountSet = readonly Row[];

/**
 * As few sets as have every working row: what one cloud's account is does not depend on another's. The first has the most
 * restricted row of each cloud.
 */
export function accountSets(): readonly AccountSet[] {
  const rows = clouds.map((cloud) => matrix.filter((row) => row.cloud === cloud && isWorking(row)));
  const count = Math.max(...rows.map(({ length }) => length));
  return Array.from({ length: count }, (_, at) =>
    rows.flatMap((ofCloud) => ofCloud[at % ofCloud.length] ?? []),
  );
}
