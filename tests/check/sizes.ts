import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import ts from "typescript";

/** Lines of a file that is too small to be one where a single other file imports it. */
const fewLines = 20;
/** Lines that a reader keeps in mind; a longer file is divided by idea, or has its reason in a comment. */
const mostLines = 300;
const reason = /^(\/\/| \*|\/\*\*) .*Long because /m;

/** Begins the names by which files of `infra/` are imported, as its package exports them. */
const ownPackage = "@rollout/";

/**
 * The files that are too small or too long, one line each with what to do. A file of few lines belongs into its user where it has
 * only one; entry points, which no file imports, and tests may be as small as they are.
 *
 * @param files Paths from `root`, with forward slashes, of everything that imports or is imported.
 */
export function sizeFaults(root: string, files: readonly string[]): readonly string[] {
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
  const users = usersOf(texts);
  return [...texts].flatMap(([file, text]) => {
    const lines = text.split("\n").length - 1;
    if (lines > mostLines && !reason.test(text))
      return [
        `${file}: expected at most ${String(mostLines)} lines, found ${String(lines)}: divide it by idea, ` +
          'or give the reason in a comment that begins with "Long because"',
      ];
    const [user, ...others] = users.get(file) ?? [];
    if (lines > fewLines || user === undefined || others.length > 0 || isTest(file)) return [];
    // A test cannot import what is in an entry point, which runs then.
    if (!isTest(user) && !users.has(user) && isTested(file, texts)) return [];
    return [
      `${file}: expected more than ${String(fewLines)} lines or a second user, found ${String(lines)} lines ` +
        `that only ${user} imports: merge it into that file`,
    ];
  });
}

/** Characters of a cell that a terminal still shows in one line with its neighbours. */
const widestCell = 119;

/** The tables of a Markdown file that are too wide to be read as text: a list has the same in lines. */
export function tableFaults(file: string, text: string): readonly string[] {
  return text.split("\n").flatMap((line, index) => {
    if (!line.startsWith("|") || /^[|\s:-]+$/.test(line)) return [];
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().length);
    const widest = Math.max(...cells);
    return widest <= widestCell
      ? []
      : [
          `${file}:${String(index + 1)}: expected cells of at most ${String(widestCell)} characters, ` +
            `found ${String(widest)}: make the table a list`,
        ];
  });
}

const isTest = (file: string): boolean => /\.test\.ts$/.test(file);

/** The files that import each one. The tests of what runs do not count; a helper of tests has no other users. */
function usersOf(texts: ReadonlyMap<string, string>): ReadonlyMap<string, ReadonlySet<string>> {
  const users = new Map<string, Set<string>>();
  for (const [user, text] of texts)
    for (const file of importsOf(user, text))
      if (texts.has(file) && (!isTest(user) || file.startsWith("tests/")))
        users.set(file, (users.get(file) ?? new Set()).add(user));
  return users;
}

function isTested(file: string, texts: ReadonlyMap<string, string>): boolean {
  return [...texts].some(([test, text]) => isTest(test) && importsOf(test, text).includes(file));
}

/** Every path that an import of this file may mean. */
function importsOf(file: string, text: string): readonly string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.flatMap(({ fileName }) => candidates(file, fileName));
}

function candidates(user: string, imported: string): readonly string[] {
  if (imported.startsWith(ownPackage)) return [`${imported.slice(ownPackage.length)}.ts`];
  return imported.startsWith(".") ? [posix.join(dirname(user), imported)] : [];
}
