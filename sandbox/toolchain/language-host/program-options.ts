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
  let quote: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === "\\" && quote !== "'") {
      at += 1;
      word = (word ?? "") + text.charAt(at);
    } else if (quote) {
      if (letter === quote) quote = undefined;
      else word = (word ?? "") + letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= "";
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + letter;
  }
  if (quote) throw new Error(`nodeargs option: the quote ${quote} is not closed`);
  if (word !== undefined) words.push(word);
  return words;
}
