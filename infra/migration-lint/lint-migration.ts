import type { Finding } from "./finding.ts";
import { type Header, readHeader } from "./header.ts";
import { Known } from "./known.ts";
import { as, loadParser, type Node, NotSql, type Parsed, type Parser } from "./parser.ts";
import { codeOf, readBody } from "./read-body.ts";
import type { Hit, Rule } from "./rule.ts";
import { idleDeclaration, syntaxError, undoMissing } from "./rules/header-rules.ts";
import { rules } from "./rules/index.ts";
import { calledFunctions, nameOfText, unreadable } from "./rules/unreadable.ts";
import { display, tableOf, words } from "./thing.ts";
import { nodesWithin } from "./walk.ts";

/** A migration as it stands in its file. */
export interface MigrationText {
  readonly name: string;
  readonly sql: string;
}

/** Between two statements, as drizzle-kit writes it; the runner cuts the file there, wherever that is. */
const breakpoint = "--> statement-breakpoint";

/**
 * What a migration does that a rollout must not do silently, in the order of the file. Of `earlier` migrations it takes what
 * they made: functions that are called now, and checks that prove a column to hold no NULL.
 */
export async function lintMigration(
  migration: MigrationText,
  earlier: readonly MigrationText[] = [],
): Promise<readonly Finding[]> {
  return (await lintMigrations([...earlier, migration])).at(-1) ?? [];
}

/** The findings of each migration of a set, which is given in the order in which it is applied. */
export async function lintMigrations(
  migrations: readonly MigrationText[],
): Promise<readonly (readonly Finding[])[]> {
  const parser = await loadParser();
  const known = new Known(parser);
  return migrations.map((migration) => lintOne(migration, parser, known));
}

type RuleText = Omit<Rule, "find">;

function lintOne({ name, sql }: MigrationText, parser: Parser, known: Known): readonly Finding[] {
  const header = readHeader(sql);
  const findings: Finding[] = [];
  const used = new Set<string>();
  const add = (rule: RuleText, hit: Hit, statement: string, line: number): void => {
    const declaration = declarationFor(header, rule, hit);
    if (declaration) used.add(declaration.text);
    findings.push({
      migration: name,
      rule: rule.name,
      subject: hit.subject,
      class: hit.class ?? rule.class,
      statement,
      line,
      harm: hit.harm ?? rule.harm,
      remedy: hit.remedy ?? rule.remedy,
      isDeclarable: rule.isDeclarable !== false,
      ...(declaration ? { declared: declaration.why } : {}),
      ...(hit.apartFrom ? { apartFrom: hit.apartFrom } : {}),
    });
  };

  if (header.undo === "") add(undoMissing, { subject: "" }, "", 1);
  const pieces = piecesOf(sql).map((piece) => ({ ...piece, ...parsePiece(piece.text, parser) }));
  known.beginMigration(
    name,
    pieces.flatMap(({ statements }) => statements.map(({ node }) => node)),
  );
  for (const { text, offset, statements, fault } of pieces) {
    for (const parsed of statements) {
      for (const { rule, hit } of judge(parsed, parser, known))
        add(rule, hit, excerpt(parsed.text), lineOf(sql, offset + parsed.offset));
      known.learn(parsed.node, parsed.text);
    }
    if (fault)
      add(
        syntaxError,
        { subject: "", harm: `${syntaxError.harm}: ${fault.message}` },
        excerpt(text.slice(fault.offset)),
        lineOf(sql, offset + fault.offset),
      );
  }
  if (header.oneWay?.why === "")
    add(idleDeclaration, { subject: "" }, excerpt(header.oneWay.text), header.oneWay.line);
  for (const { text, line } of header.declarations)
    if (!used.has(text)) add(idleDeclaration, { subject: "" }, excerpt(text), line);
  return unique(findings);
}

/** What the rules find in one statement, and in what runs inside of it. */
function judge(
  { node }: Parsed,
  parser: Parser,
  known: Known,
  outer: readonly string[] = [],
): readonly { readonly rule: RuleText; readonly hit: Hit }[] {
  const own = rules.flatMap((rule) =>
    rule
      .find(node, known)
      .filter((hit) => !isOfNewThing(rule, hit, known))
      .map((hit) => ({ rule, hit })),
  );
  const inner = bodiesWithin(node, known).flatMap(({ name, definition }) => {
    if (outer.includes(name)) return [];
    return judgeBody(name, definition, parser, known, [...outer, name]);
  });
  return [...own, ...inner];
}

/** The bodies that run with a statement, or from now on because of it: of a DO block, a function, a trigger. */
function bodiesWithin(
  node: Node,
  known: Known,
): readonly { readonly name: string; readonly definition: Node }[] {
  const trigger = as(node, "CreateTrigStmt")?.funcname;
  const replacing = as(node, "CreateFunctionStmt");
  const paths = [...calledFunctions(node), ...(trigger ? [words(trigger)] : []), ...setOff(node, known)];
  // One that an earlier migration made may be running already.
  const isReplaced = replacing?.replace === true && known.bodiesOf(words(replacing.funcname)).length > 0;
  return [
    ...(as(node, "DoStmt") ? [{ name: `do ${nameOfText(codeOf(node))}`, definition: node }] : []),
    ...(replacing && isReplaced ? [{ name: display(words(replacing.funcname)), definition: node }] : []),
    ...paths.flatMap((path) =>
      known.bodiesOf(path).map(({ definition }) => ({ name: display(path), definition })),
    ),
  ];
}

/** PostgreSQL's bits of what a trigger waits for. */
const events = { insert: 4, delete: 8, update: 16 };

/** Names of the functions that run with a write, by triggers of migrations. */
function setOff(node: Node, known: Known): readonly (readonly string[])[] {
  const writes = [
    ...nodesWithin(node, "InsertStmt").map(({ relation }) => ({ relation, event: events.insert })),
    ...nodesWithin(node, "DeleteStmt").map(({ relation }) => ({ relation, event: events.delete })),
    ...nodesWithin(node, "UpdateStmt").map(({ relation }) => ({ relation, event: events.update })),
  ];
  return writes.flatMap(({ relation, event }) =>
    known.history
      .triggersOn(tableOf(relation))
      .filter((trigger) => ((trigger.events ?? 0) & event) !== 0)
      .map(({ funcname }) => words(funcname)),
  );
}

function judgeBody(
  name: string,
  definition: Node,
  parser: Parser,
  known: Known,
  outer: readonly string[],
): ReturnType<typeof judge> {
  const hidden = { rule: unreadable, hit: { subject: name } };
  const body = readBody(definition, parser);
  if (!body) return [hidden];
  const found = body.statements.flatMap(({ text }) => {
    try {
      return parser.statements(text).flatMap((parsed) => {
        const hits = judge(parsed, parser, known, outer);
        // Branches and handled errors: nothing that a body makes is there for sure.
        known.learn(parsed.node, parsed.text, "maybe");
        return hits;
      });
    } catch (error) {
      if (!(error instanceof NotSql)) throw error;
      return [hidden];
    }
  });
  return body.hidden.length > 0 ? [...found, hidden] : found;
}

/** What this migration has made itself is not in use yet. Only what was made for sure may be thrown away again. */
function isOfNewThing(rule: RuleText, { of: changed, class: ownClass }: Hit, known: Known): boolean {
  if (!changed) return false;
  const trust = known.trust(changed);
  return trust === "surely" || (trust === "maybe" && (ownClass ?? rule.class) !== "loses data");
}

const onOneLine = (text: string): string => text.replaceAll(/\s+/g, " ");

/** A declaration holds for one rule and one thing, so that it cannot hide another. */
function declarationFor(
  header: Header,
  rule: RuleText,
  hit: Hit,
): Header["declarations"][number] | undefined {
  if (rule.isDeclarable === false) return undefined;
  return header.declarations.find(
    (one) => one.why !== "" && one.rule === rule.name && onOneLine(one.subject) === onOneLine(hit.subject),
  );
}

interface Piece {
  readonly text: string;
  readonly offset: number;
}

/** One statement of a migration, as a reviewer reads it. */
export interface StatementText {
  /** Line of the file on which it begins; from 1. */
  readonly line: number;
  readonly text: string;
  /** The same on one line and cut, as findings quote it. */
  readonly excerpt: string;
  /** Absent where PostgreSQL would not understand it. */
  readonly node?: Node;
}

/** The statements of a migration in their order. */
export async function statementsOf(sql: string): Promise<readonly StatementText[]> {
  const parser = await loadParser();
  return piecesOf(sql).flatMap(({ text, offset }) => {
    const { statements, fault } = parsePiece(text, parser);
    const read = statements.map((parsed) => ({
      line: lineOf(sql, offset + parsed.offset),
      text: parsed.text.trim(),
      excerpt: excerpt(parsed.text),
      node: parsed.node,
    }));
    return fault
      ? [
          ...read,
          {
            line: lineOf(sql, offset + text.length - text.trimStart().length),
            text: text.trim(),
            excerpt: excerpt(text.slice(fault.offset)),
          },
        ]
      : read;
  });
}

function piecesOf(sql: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let offset = 0;
  for (const text of sql.split(breakpoint)) {
    pieces.push({ text, offset });
    offset += text.length + breakpoint.length;
  }
  return pieces;
}

interface ParsedPiece {
  readonly statements: readonly Parsed[];
  readonly fault?: NotSql;
}

function parsePiece(text: string, parser: Parser): ParsedPiece {
  try {
    return { statements: parser.statements(text) };
  } catch (error) {
    if (!(error instanceof NotSql)) throw error;
    return { statements: [], fault: error };
  }
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

const longest = 100;

function excerpt(text: string): string {
  const line = onOneLine(text).trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** One statement that strikes the same thing in several places is reported once. */
function unique(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings
    .toSorted((one, other) => one.line - other.line)
    .filter(({ line, rule, subject, class: threat }) => {
      const key = `${line} ${rule} ${subject} ${threat}`;
      return !seen.has(key) && Boolean(seen.add(key));
    });
}
