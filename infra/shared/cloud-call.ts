import type { Cloud } from "./cloud-names.ts";

/** A call to a cloud, as far as it came. */
export interface CloudCall {
  readonly cloud: Cloud;
  readonly method: string;
  /** Without the query, which may hold what no one else may see. */
  readonly path: string;
  /** Undefined when no answer came. */
  status: number | undefined;
}

/** An error of a client that knows its call: of several calls at a time, the last one need not be the one that failed. */
export interface ErrorOfCall {
  readonly call: CloudCall;
}

/** @param path may have a query, which is left out. */
export function callOf(cloud: Cloud, method: string, path: string, status: number | undefined): CloudCall {
  return { cloud, method, path: path.split("?")[0] ?? path, status };
}
