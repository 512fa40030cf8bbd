import { readFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { getMimeType } from "hono/utils/mime";
import type { FunctionAnswer } from "./ask-function.ts";
import type { Prerender } from "./build-output.ts";
import type { Asked } from "./conditions.ts";
import { cookieOf, hasAll } from "./conditions.ts";

/** How an answer came about, as Vercel names it in `x-vercel-cache`. */
export type CacheState = "PRERENDER" | "HIT" | "STALE" | "MISS" | "REVALIDATED";

interface Kept extends FunctionAnswer {
  readonly from: "build" | "function";
  /** When it was made; of a group that is made again, never. */
  madeAt: number;
}

/** Asks the function for another answer. */
type Make = (query: URLSearchParams) => Promise<FunctionAnswer>;

/**
 * The answers of a deployment's prerendered paths: from the build at first, from the function where they are too old or asked
 * for with the bypass token (vercel.com/docs/build-output-api/primitives#prerender-functions). They are kept in memory: a
 * sandbox that starts again has those of the build.
 */
export class PrerenderedAnswers {
  readonly #builtAt: number;
  readonly #kept = new Map<string, Kept>();
  readonly #groups = new Map<string, number | undefined>();
  readonly #underWay = new Map<string, Promise<FunctionAnswer>>();

  /** @param builtAt when the build's own answers were made. */
  constructor(builtAt: number) {
    this.#builtAt = builtAt;
  }

  async answer(
    name: string,
    prerender: Prerender,
    asked: Asked,
    make: Make,
  ): Promise<FunctionAnswer & { readonly cache: CacheState }> {
    const query = allowed(prerender, asked.query);
    const key = `${name}?${query.toString()}`;
    this.#groups.set(key, prerender.group);
    const again = (): Promise<FunctionAnswer> =>
      this.#again(key, () => make(prerender.passQuery === true ? query : new URLSearchParams()));
    if (isBypassed(prerender, asked.headers["x-prerender-revalidate"])) {
      const answer = await again();
      this.#age(key, prerender.group);
      return { ...answer, cache: "REVALIDATED" };
    }
    const kept = this.#kept.get(key) ?? (await this.#first(key, prerender));
    const age = kept ? (Date.now() - kept.madeAt) / 1000 : Infinity;
    if (!kept || age >= (prerender.staleExpiration ?? Infinity)) return { ...(await again()), cache: "MISS" };
    if (prerender.expiration !== false && age >= prerender.expiration) {
      again().catch(() => undefined);
      return { ...kept, cache: "STALE" };
    }
    return { ...kept, cache: kept.from === "build" ? "PRERENDER" : "HIT" };
  }

  async #first(key: string, prerender: Prerender): Promise<Kept | undefined> {
    if (prerender.fallback === undefined) return undefined;
    const first: Kept = {
      from: "build",
      madeAt: this.#builtAt,
      status: prerender.initialStatus ?? 200,
      headers: {
        "content-type": getMimeType(prerender.fallback) ?? "application/octet-stream",
        ...prerender.initialHeaders,
      },
      body: await readFile(prerender.fallback),
    };
    this.#kept.set(key, first);
    return first;
  }

  /** Makes it once, however many ask; a failure of the function is not kept. */
  #again(key: string, make: () => Promise<FunctionAnswer>): Promise<FunctionAnswer> {
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const made = make()
      .then((answer) => {
        if (answer.status < 500) this.#kept.set(key, { ...answer, from: "function", madeAt: Date.now() });
        return answer;
      })
      .finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, made);
    return made;
  }

  /** Those of one group are made again together. */
  #age(made: string, group: number | undefined): void {
    if (group === undefined) return;
    for (const [key, kept] of this.#kept)
      if (key !== made && this.#groups.get(key) === group) kept.madeAt = 0;
  }
}

/** Whether the function itself answers this request: another method, a preview mode's cookie, or its build's configuration. */
export function isForFunction(prerender: Prerender, asked: Asked): boolean {
  return (
    !["GET", "HEAD"].includes(asked.method) ||
    isBypassed(prerender, cookieOf(asked.headers, "__prerender_bypass")) ||
    (prerender.experimentalBypassFor ?? []).some((each) => hasAll([each], asked) !== undefined)
  );
}

function isBypassed({ bypassToken }: Prerender, token: IncomingHttpHeaders[string]): boolean {
  return bypassToken !== undefined && token === bypassToken;
}

/** The part of the query that makes another answer, in one order. */
function allowed({ allowQuery }: Prerender, query: URLSearchParams): URLSearchParams {
  const kept = [...query].filter(([name]) => allowQuery?.includes(name) ?? true);
  return new URLSearchParams(kept.sort(([one], [other]) => one.localeCompare(other)));
}
