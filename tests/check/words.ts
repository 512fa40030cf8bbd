import { readFileSync } from "node:fs";
import ts from "typescript";

/** A word that a reader would have to translate, and the field's own. */
interface Avoided {
  readonly found: RegExp;
  readonly write: string;
}

/** Refused in what is printed, and in the names of files, functions, types and values. */
const everywhere: readonly Avoided[] = [
  { found: /stand-?in(s|\b|[A-Z.])/, write: "emulator" },
  { found: /\b(un)?mend(s|ed|ing)?\b/i, write: "fix" },
  { found: /\banew\b/i, write: "replaced, recreated, again" },
  { found: /\bways? back\b|wayBack/i, write: "rollback" },
  {
    found: /\b(bring|brings|brought|bringing) (it |them )?back\b|bringBack|broughtBack/i,
    write: "roll back, restore",
  },
  { found: /\bleft-overs?\b/i, write: "leftovers" },
  {
    found: /\b(take|takes|took|taken|taking) away\b|takeAway|takenAway|take-away|taken-away/i,
    write: "delete, remove",
  },
  { found: /\bby (itself|themselves)\b/i, write: "automatically, on its own" },
  { found: /\bby hand\b|[bB]yHand/, write: "manually, out of band" },
  { found: /\ball the same\b/i, write: "anyway" },
  { found: /\bwants to know\b/i, write: "requires, needs" },
  { found: /\bput right\b/i, write: "fixed" },
  { found: /\bsomebody\b/i, write: "a user, another rollout" },
  { found: /\bmeanwhile\b/i, write: "until then, at the same time" },
  { found: /\bbesides\b/i, write: "in addition to, also" },
  {
    found: /\b(says?|said|tells?|told) (so|nothing|us|them)\b/i,
    write: "report, print, describe",
  },
  { found: /\bwhole number/i, write: "integer" },
  {
    found: /\b(hindrance|orGone|notYet|closingWords|tellingFailures)\b/,
    write: "blocker, ignoreNotFound, pending, summary, report",
  },
];

/**
 * The avoided words of a TypeScript file: in its name, in what it may print (texts and templates) and in its identifiers; comments
 * are for the one who writes them. One line each: place, word, and what to write in its place.
 */
export function wordFaults(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);
  const faults = avoidedIn(file).map(({ word, write }) => `${file}: its name has "${word}"; write: ${write}`);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isStringLiteralLike(node) || isTemplatePart(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      for (const { word, write } of avoidedIn(node.text))
        faults.push(`${file}:${String(line + 1)}: "${word}"; write: ${write}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}

/** The avoided words of all these files. */
export function wordFaultsOf(files: readonly string[]): readonly string[] {
  return files.flatMap((file) => wordFaults(file, readFileSync(file, "utf8")));
}

function avoidedIn(text: string): readonly { readonly word: string; readonly write: string }[] {
  return everywhere.flatMap(({ found, write }) => {
    const [word] = found.exec(text) ?? [];
    return word === undefined ? [] : [{ word, write }];
  });
}

const isTemplatePart = (node: ts.Node): node is ts.TemplateLiteralLikeNode =>
  node.kind === ts.SyntaxKind.TemplateHead ||
  node.kind === ts.SyntaxKind.TemplateMiddle ||
  node.kind === ts.SyntaxKind.TemplateTail;
