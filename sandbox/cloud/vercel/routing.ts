import { stat } from "node:fs/promises";
import { join, normalize } from "node:path";
import type { BuildOutput, FunctionConfig, SourceRoute } from "./build-output.ts";
import { sourcePattern } from "./build-output.ts";

/** What answers a request. */
export type Destination =
  | { readonly kind: "function"; readonly name: string; readonly config: FunctionConfig }
  | { readonly kind: "static"; readonly file: string; readonly status: number }
  | { readonly kind: "status"; readonly status: number };

export interface Routed {
  readonly destination: Destination;
  /** Headers that the routes on the way add to the answer. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Follows `config.json`'s routes in order, then looks at functions and files, as the vendor's proxy does. */
export async function resolveRoute(output: BuildOutput, method: string, path: string): Promise<Routed> {
  const headers: Record<string, string> = {};
  let current = path;
  let status = 200;
  for (const route of output.routes) {
    if ("handle" in route) {
      if (route.handle === "error" || route.handle === "hit") break;
      const found = await lookUp(output, current, status);
      if (found) return { destination: found, headers };
      continue;
    }
    const match = sourcePattern(route).exec(current);
    if (!match || (route.methods && !route.methods.includes(method))) continue;
    for (const [name, value] of Object.entries(route.headers ?? {})) headers[name] = fill(value, match);
    status = route.status ?? status;
    if (isFinalStatus(route)) return { destination: { kind: "status", status }, headers };
    if (route.dest !== undefined) current = fill(route.dest, match).replace(/\?.*$/s, "");
    if (route.continue) continue;
    if (route.check && !(await lookUp(output, current, status))) continue;
    if (route.dest !== undefined) break;
  }
  const found = await lookUp(output, current, status);
  return { destination: found ?? { kind: "status", status: 404 }, headers };
}

/** A redirect or a refusal ends the way; a status beside a destination is only carried along. */
function isFinalStatus(route: SourceRoute): boolean {
  return route.status !== undefined && route.dest === undefined && route.continue !== true;
}

function fill(text: string, match: RegExpExecArray): string {
  return text.replace(/\$(\d+|[A-Za-z]\w*)/g, (_, name: string) =>
    /^\d+$/.test(name) ? (match[Number(name)] ?? "") : (match.groups?.[name] ?? ""),
  );
}

async function lookUp(output: BuildOutput, path: string, status: number): Promise<Destination | undefined> {
  const name = path.replace(/^\/+|\/+$/g, "") || "index";
  const config = output.functions.get(name) ?? output.functions.get(`${name}/index`);
  if (config) return { kind: "function", name: output.functions.has(name) ? name : `${name}/index`, config };
  let relative: string;
  try {
    relative = normalize(decodeURIComponent(path)).replace(/^\/+/, "");
  } catch {
    return undefined;
  }
  if (relative.startsWith("..") || relative.includes("\0")) return undefined;
  for (const candidate of [relative, join(relative, "index.html")]) {
    const file = join(output.staticFolder, candidate);
    if ((await stat(file).catch(() => undefined))?.isFile()) return { kind: "static", file, status };
  }
  return undefined;
}
