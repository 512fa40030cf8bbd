/** `runtime.options` of Pulumi.yaml, as far as Node programs know them. */
export interface ProgramOptions {
  /** Compiles with ts-node. @default true */
  readonly typescript: boolean;
  /** Path of the tsconfig.json that ts-node reads. */
  readonly tsconfig?: string;
  /** Arguments of `node` itself, before the program. */
  readonly nodeArguments: readonly string[];
  /** @default "npm" */
  readonly packageManager: string;
}

const packageManagers = ["auto", "npm", "yarn", "pnpm", "bun"];

/** Reads the options; throws naming the one that is wrong. */
export function parseProgramOptions(options: Readonly<Record<string, unknown>>): ProgramOptions {
  const typescript = options["typescript"] ?? true;
  if (typeof typescript !== "boolean") throw new Error("typescript option must be a boolean");
  const tsconfig = options["tsconfig"];
  if (tsconfig !== undefined && typeof tsconfig !== "string")
    throw new Error("tsconfig option must be a string");
  const nodeargs = options["nodeargs"] ?? "";
  if (typeof nodeargs !== "string") throw new Error("nodeargs option must be a string");
  const packageManager = options["packagemanager"] ?? "auto";
  if (typeof packageManager !== "string" || !packageManagers.includes(packageManager))
    throw new Error(`packagemanager option must be one of ${packageManagers.join(", ")}`);
  return {
    typescript,
    ...(tsconfig === undefined ? {} : { tsconfig }),
    nodeArguments: splitWords(nodeargs),
    packageManager: packageManager === "auto" ? "npm" : packageManager,
  };
}

/** Splits as a shell does: words, quotes of both kinds, backslash outside of single quotes. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [part, escaped, single, double, space] of text.matchAll(parts)) {
    if (part === '"' || part === "'") throw new Error(`nodeargs option: the quote ${part} is not closed`);
    if (space === undefined)
      word = (word ?? "") + (escaped ?? single ?? double?.replaceAll(/\\([^])/g, "$1") ?? part);
    else if (word !== undefined) words.push(word);
    if (space !== undefined) word = undefined;
  }
  return word === undefined ? words : [...words, word];
}

/** A letter behind a backslash, what is between quotes, a space, or any other letter. */
const parts = /\\([^]?)|'([^']*)'|"((?:\\[^]|[^"\\])*)"|(\s)|[^]/g;
