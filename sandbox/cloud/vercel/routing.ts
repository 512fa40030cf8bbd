import { stat } from "node:fs/promises";
import { join, normalize } from "node:path";
import type { BuildOutput, FunctionConfig } from "./build-output.ts";
import { sourcePattern } from "./build-output.ts";
import type { Asked } from "./conditions.ts";
import { hasAll } from "./conditions.ts";
import type { SourceRoute } from "./output-config.ts";

/** What answers a request. */
export type Destination =
  | { readonly kind: "function"; readonly name: string; readonly config: FunctionConfig }
  | { readonly kind: "static"; readonly file: string; readonly contentType?: string | undefined }
  | { readonly kind: "status" };

export interface Routed {
  readonly destination: Destination;
  readonly status: number;
  /** Headers that the routes on the way add to the answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Path that a function is asked for: that of the request, or the one that a middleware wrote in its place. */
  readonly path: string;
  /** What the routes' destinations add to the query, for the function. */
  readonly query: readonly (readonly [string, string])[];
}

/** What a middleware decides before the routes behind it. */
export type MiddlewareAnswer<Response> =
  | { readonly response: Response }
  | { readonly headers: Readonly<Record<string, string>>; readonly rewrite?: string | undefined };

type Phase = "first" | "filesystem" | "miss" | "rewrite" | "resource" | "hit" | "error";
type Middleware<Response> = (name: string, asked: Asked) => Promise<MiddlewareAnswer<Response>>;

/**
 * Follows `config.json`'s routes as the vendor's proxy does (vercel.com/docs/build-output-api/configuration#routes): the first
 * ones, then what is there at the path, then each phase behind it. A path with nothing at it is tried by `miss` and by
 * `rewrite`. The answer passes the routes of `hit`; one that was not found those of `error`.
 */
export async function resolveRoute<Response>(
  output: BuildOutput,
  asked: Asked,
  ask: Middleware<Response>,
): Promise<Routed | { readonly response: Response }> {
  return new Way(output, asked).go(ask);
}

/** One request on its way. */
class Way {
  readonly #output: BuildOutput;
  #asked: Asked;
  #path: string;
  #status: number | undefined;
  #headers: Readonly<Record<string, string>> = {};
  #query: readonly (readonly [string, string])[] = [];

  constructor(output: BuildOutput, asked: Asked) {
    this.#output = output;
    this.#asked = asked;
    this.#path = asked.path;
  }

  async go<Response>(ask: Middleware<Response>): Promise<Routed | { readonly response: Response }> {
    for (const phase of ["first", "filesystem", "resource"] as const) {
      const ended = await this.#pass(phase, ask);
      if (ended) return ended;
      if (this.#isRedirect()) return this.#found({ kind: "status" });
      const found = await this.#at();
      if (found) return this.#found(found);
    }
    return this.#notFound();
  }

  /** Follows the routes of a phase; gives how the request is answered where one of them decides that. */
  async #pass<Response>(
    phase: Phase,
    ask: Middleware<Response>,
  ): Promise<Routed | { readonly response: Response } | undefined> {
    for (const route of this.#routes(phase)) {
      const groups = this.#match(route);
      if (!groups) continue;
      if (route.middlewarePath !== undefined) {
        const response = await this.#askMiddleware(route.middlewarePath, ask);
        if (response) return response;
        continue;
      }
      const next = await this.#follow(route, groups);
      if (next === "next phase") return undefined;
      if (next !== "next route") return next;
    }
    return undefined;
  }

  async #follow(
    route: SourceRoute,
    groups: Readonly<Record<string, string>>,
  ): Promise<Routed | "next route" | "next phase"> {
    this.#take(route, groups);
    if (this.#endsHere(route)) return this.#found({ kind: "status" });
    if (route.continue === true) return "next route";
    if (route.check !== true) return route.dest === undefined ? "next route" : "next phase";
    const found = await this.#at();
    return found ? this.#found(found) : "next route";
  }

  /** @returns Its response, where it gives one; otherwise the request goes on as it has changed it. */
  async #askMiddleware<Response>(
    path: string,
    ask: Middleware<Response>,
  ): Promise<{ readonly response: Response } | undefined> {
    const answer = await ask(path.replace(/^\//, ""), this.#asked);
    if ("response" in answer) return answer;
    this.#headers = { ...this.#headers, ...answer.headers };
    if (answer.rewrite !== undefined) {
      this.#goTo(answer.rewrite, {});
      this.#path = this.#asked.path;
    }
    return undefined;
  }

  /** What is at the path: as it is, by `miss`, or by `rewrite`. */
  async #at(): Promise<Destination | undefined> {
    const found = await this.#lookUp();
    if (found) return found;
    for (const phase of ["miss", "rewrite"] as const)
      for (const route of this.#routes(phase)) {
        const groups = this.#match(route);
        if (!groups) continue;
        const before = [this.#asked, this.#status, this.#headers, this.#query] as const;
        this.#take(route, groups);
        if (this.#endsHere(route)) return { kind: "status" };
        const there = await this.#lookUp();
        if (there) return there;
        [this.#asked, this.#status, this.#headers, this.#query] = before;
      }
    return undefined;
  }

  #found(destination: Destination): Routed {
    const status = this.#status ?? (destination.kind === "status" ? 404 : 200);
    if (destination.kind !== "status")
      for (const route of this.#routes("hit")) {
        const groups = this.#match(route);
        if (groups) this.#addHeaders(route, groups);
      }
    return { destination, status, headers: this.#headers, path: this.#path, query: this.#query };
  }

  async #notFound(): Promise<Routed> {
    this.#status = 404;
    for (const route of this.#routes("error")) {
      const groups = this.#match(route);
      if (!groups || (route.status ?? 404) !== 404) continue;
      this.#take(route, groups);
      const found = await this.#lookUp();
      if (found) return this.#found(found);
    }
    return this.#found({ kind: "status" });
  }

  #routes(wanted: Phase): readonly SourceRoute[] {
    let phase: Phase = "first";
    return this.#output.routes.flatMap((route) => {
      if ("src" in route) return phase === wanted ? [route] : [];
      phase = route.handle;
      return [];
    });
  }

  /** The groups of a route that matches, by number and by name. */
  #match(route: SourceRoute): Readonly<Record<string, string>> | undefined {
    const { method, path } = this.#asked;
    const match = sourcePattern(route).exec(path);
    if (!match || (route.methods && !route.methods.includes(method))) return undefined;
    const has = hasAll(route.has ?? [], this.#asked);
    if (!has || route.missing?.some((each) => hasAll([each], this.#asked) !== undefined)) return undefined;
    const numbered = Object.fromEntries(
      [...match].map((text, at) => [String(at), (text as string | undefined) ?? ""]),
    );
    return { ...numbered, ...match.groups, ...has };
  }

  #take(route: SourceRoute, groups: Readonly<Record<string, string>>): void {
    this.#addHeaders(route, groups);
    this.#status = route.status ?? this.#status;
    if (route.dest !== undefined) this.#goTo(route.dest, groups);
  }

  #addHeaders({ headers }: SourceRoute, groups: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers ?? {}))
      this.#headers = { ...this.#headers, [name.toLowerCase()]: fill(value, groups) };
  }

  #goTo(destination: string, groups: Readonly<Record<string, string>>): void {
    const [path = "", query = ""] = destination.split("?", 2);
    this.#asked = { ...this.#asked, path: fill(path, groups) };
    const added = [...new URLSearchParams(query)].map(
      ([name, value]) => [name, fill(value, groups)] as const,
    );
    this.#query = [...this.#query, ...added];
  }

  /** A refusal or a redirect ends the way; a status with a destination is only carried along. */
  #endsHere({ status, dest, continue: goesOn }: SourceRoute): boolean {
    if (status === undefined || dest !== undefined || goesOn === true) return false;
    // The error page is looked for.
    return status !== 404 || this.#routes("error").length === 0;
  }

  #isRedirect(): boolean {
    const status = this.#status ?? 200;
    return status >= 300 && status < 400 && this.#headers["location"] !== undefined;
  }

  async #lookUp(): Promise<Destination | undefined> {
    const { functions, overrides, staticFolder } = this.#output;
    const { path } = this.#asked;
    const name = path.replace(/^\/+|\/+$/g, "") || "index";
    for (const candidate of [name, `${name}/index`]) {
      const config = functions.get(candidate);
      if (config) return { kind: "function", name: candidate, config };
    }
    const overridden = overrides.get(name);
    if (overridden) return { kind: "static", ...overridden };
    let relative: string;
    try {
      relative = normalize(decodeURIComponent(path)).replace(/^\/+/, "");
    } catch {
      return undefined;
    }
    if (relative.startsWith("..") || relative.includes("\0")) return undefined;
    for (const candidate of [relative, join(relative, "index.html")]) {
      const file = join(staticFolder, candidate);
      const moved = [...overrides.values()].find((each) => each.file === file);
      if (moved === undefined && (await stat(file).catch(() => undefined))?.isFile())
        return { kind: "static", file };
    }
    return undefined;
  }
}

function fill(text: string, groups: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\d+|[A-Za-z]\w*)/g, (_, name: string) => groups[name] ?? "");
}
