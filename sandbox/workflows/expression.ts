import type * as Library from "@actions/expressions";

/** What an expression can be: what JSON has. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

/** The contexts that expressions read, by name, and how what ran before has ended. */
export interface Scope {
  readonly contexts: Readonly<Record<string, Value>>;
  /** What `success()`, `failure()` and `cancelled()` report. */
  readonly status: "success" | "failure" | "cancelled";
}

const statusFunctions = ["success", "failure", "cancelled", "always"];

/**
 * GitHub's own evaluator of expressions (@actions/expressions). `hashFiles` is left out: it is refused like a function
 * that does not exist, and so is a context that the scope lacks.
 */
export class Expressions {
  readonly #library: typeof Library;

  private constructor(library: typeof Library) {
    this.#library = library;
  }

  /** By a dynamic import: the library is an ES module, and bin/sandbox requires this file. */
  static async load(): Promise<Expressions> {
    return new Expressions(await import("@actions/expressions"));
  }

  /** The value of an expression, without the `${{ }}` around it. */
  evaluate(text: string, scope: Scope): Value {
    const value = this.#evaluate(text, scope);
    return JSON.parse(JSON.stringify(value, this.#library.data.replacer)) as Value;
  }

  /** A text with its `${{ … }}` replaced by their values. */
  interpolate(text: string, scope: Scope): string {
    return text.replaceAll(/\$\{\{((?:'[^']*'|[^'])*?)\}\}/gs, (_all, inner: string) =>
      this.#evaluate(inner, scope).coerceString(),
    );
  }

  /** Whether a step or a job runs: without a status function in its condition, only after nothing failed. */
  isMet(condition: string | boolean | undefined, scope: Scope): boolean {
    const text = String(condition ?? true);
    const inner = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(text)?.[1] ?? text;
    const value = this.evaluate(inner, scope);
    const { tokens } = new this.#library.Lexer(inner).lex();
    const asksForStatus = tokens.some(
      ({ lexeme }, at) => statusFunctions.includes(lexeme.toLowerCase()) && tokens[at + 1]?.lexeme === "(",
    );
    return (asksForStatus || scope.status === "success") && ![null, false, 0, ""].includes(value as null);
  }

  #evaluate(text: string, { contexts, status }: Scope): Library.data.ExpressionData {
    const { Evaluator, Lexer, Parser, data } = this.#library;
    const functions = statusFunctions.map((name) => ({
      ...{ name, minArgs: 0, maxArgs: 0 },
      call: () => new data.BooleanData(name === "always" || name === status),
    }));
    try {
      const { tokens } = new Lexer(text).lex();
      const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
      const read = JSON.parse(JSON.stringify(contexts), data.reviver) as Library.data.Dictionary;
      return new Evaluator(parsed, read, new Map(functions.map((each) => [each.name, each]))).evaluate();
    } catch (error) {
      throw new Error(`the expression ${text.trim()} is invalid: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}
