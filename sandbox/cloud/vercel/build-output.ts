import { readFile, readdir, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { z } from "zod";

/**
 * A prebuilt output, Build Output API v3: https://vercel.com/docs/build-output-api/v3. Read here: `config.json`
 * with its routes, Node functions, static files. An edge function, a prerender or an image setting is refused,
 * not ignored: what would behave otherwise on the vendor's side must not look right here.
 */
export interface BuildOutput {
  readonly routes: readonly Route[];
  /** By the path that they answer, without a leading slash: `api`, `index`. */
  readonly functions: ReadonlyMap<string, FunctionConfig>;
  readonly staticFolder: string;
}

const sourceRoute = z.strictObject({
  src: z.string(),
  dest: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  methods: z.array(z.string()).optional(),
  continue: z.boolean().optional(),
  check: z.boolean().optional(),
  status: z.number().int().optional(),
});
const handleRoute = z.strictObject({
  handle: z.enum(["filesystem", "miss", "hit", "rewrite", "resource", "error"]),
});
const outputConfig = z.strictObject({
  version: z.literal(3),
  routes: z.array(z.union([sourceRoute, handleRoute])).optional(),
  cache: z.array(z.string()).optional(),
  framework: z.strictObject({ version: z.string(), slug: z.string().optional() }).optional(),
});

const functionConfig = z.strictObject({
  runtime: z.string().regex(/^nodejs(20|22|24)\.x$/, "must be nodejs20.x, nodejs22.x or nodejs24.x"),
  handler: z.string().min(1),
  launcherType: z.literal("Nodejs"),
  shouldAddHelpers: z.literal(false).optional(),
  shouldAddSourcemapSupport: z.boolean().optional(),
  supportsResponseStreaming: z.boolean().optional(),
  supportsMultiPayloads: z.boolean().optional(),
  awsLambdaHandler: z.literal("").optional(),
  memory: z.number().int().positive().optional(),
  maxDuration: z.number().int().positive().max(800).optional(),
  regions: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
});

export type SourceRoute = z.output<typeof sourceRoute>;
export type Route = SourceRoute | z.output<typeof handleRoute>;
export interface FunctionConfig extends z.output<typeof functionConfig> {
  /** Absolute folder `NAME.func`. */
  readonly folder: string;
}

/** Where a function runs that names no region (vercel.com/docs/functions/configuring-functions/region). */
export const defaultRegion = "iad1";

/** What is wrong with an output; becomes the deployment's `errorMessage`. */
export class BuildOutputError extends Error {}

/** Reads and checks `folder`, the copy of `.vercel/output`. @throws BuildOutputError */
export async function readBuildOutput(folder: string): Promise<BuildOutput> {
  const config = await readChecked(join(folder, "config.json"), "config.json", outputConfig);
  for (const route of config.routes ?? []) if ("src" in route) sourcePattern(route);
  const functions = new Map<string, FunctionConfig>();
  for (const relative of await listFunctions(join(folder, "functions"), ""))
    functions.set(relative, await readFunction(folder, relative));
  return { routes: config.routes ?? [], functions, staticFolder: join(folder, "static") };
}

/** The pattern of a route, which must match the whole path. @throws BuildOutputError */
export function sourcePattern(route: SourceRoute): RegExp {
  try {
    return new RegExp(`^(?:${route.src.replace(/^\^/, "").replace(/\$$/, "")})$`);
  } catch (error) {
    throw new BuildOutputError(`config.json: route src ${route.src}: ${(error as Error).message}`);
  }
}

async function readFunction(folder: string, relative: string): Promise<FunctionConfig> {
  const name = `functions/${relative}.func`;
  const functionFolder = join(folder, name);
  const config = await readChecked(
    join(functionFolder, ".vc-config.json"),
    `${name}/.vc-config.json`,
    functionConfig,
  );
  const handler = posix.normalize(config.handler);
  const found = handler.startsWith("..")
    ? undefined
    : await stat(join(functionFolder, handler)).catch(() => undefined);
  if (!found?.isFile())
    throw new BuildOutputError(`${name}: the handler ${config.handler} is not among its files`);
  return { ...config, handler, folder: functionFolder };
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

async function listFunctions(folder: string, under: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  const found: string[] = [];
  for (const entry of entries) {
    const relative = posix.join(under, entry.name);
    if (!entry.isDirectory())
      throw new BuildOutputError(`functions/${relative}: the sandbox runs Node functions only`);
    if (entry.name.endsWith(".func")) found.push(relative.slice(0, -".func".length));
    else found.push(...(await listFunctions(join(folder, entry.name), relative)));
  }
  return found;
}
