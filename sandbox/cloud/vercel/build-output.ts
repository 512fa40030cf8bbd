import { readFile, readdir, realpath, stat } from "node:fs/promises";
import { join, posix, relative as relativePath, sep } from "node:path";
import { z } from "zod";
import type { Route, SourceRoute } from "./output-config.ts";
import { functionConfig, outputConfig, prerenderConfig } from "./output-config.ts";

/**
 * A prebuilt output, Build Output API v3: https://vercel.com/docs/build-output-api/v3. Read here: `config.json` with its routes,
 * Node functions, prerendered answers, static files. An edge function or a cron job is refused, not ignored: what would behave
 * otherwise on the vendor's side must not look right here.
 */
export interface BuildOutput {
  readonly routes: readonly Route[];
  /** By the path that they answer, without a leading slash: `api`, `index`. */
  readonly functions: ReadonlyMap<string, FunctionConfig>;
  /** Functions whose answers are kept, by the same path. */
  readonly prerenders: ReadonlyMap<string, Prerender>;
  /** Whether Vercel would resize images of it. */
  readonly hasImages: boolean;
  readonly staticFolder: string;
  /** Static files that answer at another path, or as another type, than their names show; by that path. */
  readonly overrides: ReadonlyMap<
    string,
    { readonly file: string; readonly contentType?: string | undefined }
  >;
}

export interface FunctionConfig extends z.output<typeof functionConfig> {
  /** Absolute folder `NAME.func`. Several names may be links to one folder, which is one function. */
  readonly folder: string;
}

export interface Prerender extends Omit<z.output<typeof prerenderConfig>, "fallback"> {
  /** Absolute file with the first answer. */
  readonly fallback: string | undefined;
}

/** Where a function runs that names no region (vercel.com/docs/functions/configuring-functions/region). */
export const defaultRegion = "iad1";

/** What is wrong with an output; becomes the deployment's `errorMessage`. */
export class BuildOutputError extends Error {}

const prerenderSuffix = ".prerender-config.json";

/** Reads and checks `folder`, the copy of `.vercel/output`. @throws BuildOutputError */
export async function readBuildOutput(folder: string): Promise<BuildOutput> {
  const config = await readChecked(join(folder, "config.json"), "config.json", outputConfig);
  for (const route of config.routes ?? []) if ("src" in route) sourcePattern(route);
  const functions = new Map<string, FunctionConfig>();
  const prerenders = new Map<string, Prerender>();
  const root = await realpath(folder);
  const names = await listFunctions(join(folder, "functions"), "");
  for (const name of names.functions) functions.set(name, await readFunction(root, name));
  for (const name of names.prerenders) prerenders.set(name, await readPrerender(root, name, functions));
  for (const { middlewarePath } of config.routes?.filter((route) => "src" in route) ?? [])
    if (middlewarePath !== undefined && !functions.has(middlewarePath.replace(/^\//, "")))
      throw new BuildOutputError(`config.json: middlewarePath ${middlewarePath}: there is no such function`);
  const staticFolder = join(folder, "static");
  const overrides = Object.entries(config.overrides ?? {}).map(
    ([file, { path, contentType }]) =>
      [path ?? file, { file: join(staticFolder, file), contentType }] as const,
  );
  return {
    routes: config.routes ?? [],
    functions,
    prerenders,
    hasImages: config.images !== undefined,
    staticFolder,
    overrides: new Map(overrides),
  };
}

/** The pattern of a route, which must match the complete path. @throws BuildOutputError */
export function sourcePattern({ src, caseSensitive }: SourceRoute): RegExp {
  try {
    const whole = src.replace(/^\^/, "").replace(/\$$/, "");
    return new RegExp(`^(?:${whole})$`, caseSensitive === true ? "" : "i");
  } catch (error) {
    throw new BuildOutputError(`config.json: route src ${src}: ${(error as Error).message}`);
  }
}

async function readFunction(root: string, path: string): Promise<FunctionConfig> {
  const name = `functions/${path}.func`;
  const folder = await realpath(join(root, name)).catch(() => "");
  const place = relativePath(root, folder).split(sep).join("/");
  if (!place.startsWith("functions/"))
    throw new BuildOutputError(`${name}: a link that leads to no function of the output`);
  const config = await readChecked(
    join(folder, ".vc-config.json"),
    `${name}/.vc-config.json`,
    functionConfig,
  );
  const handler = posix.normalize(config.handler);
  const found = handler.startsWith("..")
    ? undefined
    : await stat(join(folder, handler)).catch(() => undefined);
  if (!found?.isFile())
    throw new BuildOutputError(`${name}: the handler ${config.handler} is not among its files`);
  return { ...config, handler, folder };
}

async function readPrerender(
  root: string,
  path: string,
  functions: ReadonlyMap<string, FunctionConfig>,
): Promise<Prerender> {
  const name = `functions/${path}${prerenderSuffix}`;
  const { fallback, ...config } = await readChecked(join(root, name), name, prerenderConfig);
  if (!functions.has(path)) throw new BuildOutputError(`${name}: there is no function ${path}.func`);
  if (fallback === undefined || fallback === null) return { ...config, fallback: undefined };
  const file = typeof fallback === "string" ? fallback : fallback.fsPath;
  const isOwn = posix.basename(file) === file;
  const absolute = join(root, "functions", posix.dirname(path), file);
  if (!isOwn || !(await stat(absolute).catch(() => undefined))?.isFile())
    throw new BuildOutputError(`${name}: the fallback ${file} is not next to it`);
  return { ...config, fallback: absolute };
}

async function readChecked<Schema extends z.ZodType>(
  file: string,
  name: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new BuildOutputError(
      isMissing ? `${name} is missing` : `${name} is not JSON: ${(error as Error).message}`,
    );
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success)
    throw new BuildOutputError(`${name}: ${z.prettifyError(parsed.error).replace(/\s*\n\s*/g, " ")}`);
  return parsed.data;
}

interface Names {
  readonly functions: readonly string[];
  readonly prerenders: readonly string[];
}

async function listFunctions(folder: string, under: string): Promise<Names> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  const [functions, prerenders]: [string[], string[]] = [[], []];
  for (const entry of entries) {
    const relative = posix.join(under, entry.name);
    const isFunction = entry.name.endsWith(".func") && (entry.isDirectory() || entry.isSymbolicLink());
    if (isFunction) functions.push(relative.slice(0, -".func".length));
    else if (entry.isDirectory()) {
      const inner = await listFunctions(join(folder, entry.name), relative);
      functions.push(...inner.functions);
      prerenders.push(...inner.prerenders);
    } else if (entry.name.endsWith(prerenderSuffix))
      prerenders.push(relative.slice(0, -prerenderSuffix.length));
    else if (!/\.prerender-fallback\.\w+$|\.prerender-fallback$/.test(entry.name))
      throw new BuildOutputError(
        `functions/${relative}: the sandbox runs Node functions, and answers what is prerendered; this is neither`,
      );
  }
  return { functions, prerenders };
}
