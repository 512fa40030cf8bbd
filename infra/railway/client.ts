import type { RailwayAccess } from "../shared/cloud-access.ts";
import type { CloudCall, ErrorOfCall } from "../shared/cloud-call.ts";
import { callOf } from "../shared/cloud-call.ts";
import type { CloudFetch } from "../shared/cloud-fetch.ts";
import { jsonApi } from "../shared/json-api.ts";

/** One request to Railway's public API (docs.railway.com/integrations/api). */
export interface RailwayCall {
  /** Name of the query or mutation, for errors. */
  readonly name: string;
  /** Its document, in which exactly one field is asked for. */
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether a second one does what the first did. */
  readonly repeatable: boolean;
  /** Whether null is an answer. */
  readonly isNullable?: boolean;
}

/** Sends a request and gives what its one field holds. */
export type Railway = <Value>(call: RailwayCall) => Promise<Value>;

const path = "/graphql/v2";

/** What Railway refuses; it answers 200 and lists errors. */
export class RailwayError extends Error implements ErrorOfCall {
  override readonly name = "RailwayError";
  readonly call: CloudCall;

  constructor(request: string, messages: readonly string[]) {
    const words = messages.join("; ");
    const hint = /not authorized/i.test(words)
      ? ". The token is not for this project and environment, or not accepted: docs/railway.md describes which one to make"
      : "";
    super(`railway refused ${request}: ${words.slice(0, 300)}${hint}`);
    this.call = callOf("railway", "POST", path, 200);
  }
}

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message?: string }[];
}

/**
 * A client for Railway; there is no maintained library.
 *
 * @throws Error where the environment has no token of Railway.
 */
export function openRailway(access: RailwayAccess | undefined, send?: CloudFetch): Railway {
  const post = jsonApi("railway", requireRailway(access), send);
  return async <Value>(call: RailwayCall): Promise<Value> => {
    const { name, document, variables, repeatable, isNullable = false } = call;
    const body = { query: document, variables };
    const { data, errors = [] } = await post<Answer>({ method: "POST", path, body, repeatable });
    const messages = errors.map(({ message = "no reason given" }) => message);
    const [value] = Object.values(data ?? {});
    if (messages.length > 0 || value === undefined || (value === null && !isNullable))
      throw new RailwayError(name, messages.length > 0 ? messages : ["the answer holds no data"]);
    return value as Value;
  };
}

/** @throws Error that names the variable to set. */
export function requireRailway(access: RailwayAccess | undefined): RailwayAccess {
  if (access) return access;
  throw new Error(
    "no token for railway: set RAILWAY_API_TOKEN (create one at railway.com/account/tokens; docs/railway.md)",
  );
}

/** Undefined where Railway does not have what was asked for. */
export async function ignoreNotFound<Value>(call: Promise<Value>): Promise<Value | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof RailwayError && /not found/i.test(error.message)) return undefined;
    throw error;
  }
}
