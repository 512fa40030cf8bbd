import { code } from "./escape.ts";
import { withShortDigests, wrapped } from "./wrap.ts";

/** A part of the comment; what does not fit is taken from the end of its lines. */
export interface Part {
  readonly head: readonly string[];
  readonly lines: readonly string[];
  readonly tail: readonly string[];
  /** `sql`: shortened before all others, with a comment about it. `picture`: left out completely. */
  readonly kind: "text" | "sql" | "picture";
}

/** Prose, in lines that are not too long. */
export function part(head: readonly string[], lines: readonly string[], tail: readonly string[] = []): Part {
  const prose = (all: readonly string[]): readonly string[] =>
    all.flatMap((line) => wrapped(withShortDigests(line)));
  return { head: prose(head), lines: prose(lines), tail: prose(tail), kind: "text" };
}

/** Removes lines, of SQL first and then from the last part on, with a note in their place, until the text fits. */
export function fitting(parts: readonly Part[], command: string, limit: number): string {
  const left = [...parts];
  const order = [...parts.keys()].reverse();
  const isSql = (index: number): boolean => parts[index]?.kind === "sql";
  for (const index of [...order.filter(isSql), ...order.filter((each) => !isSql(each))]) {
    const surplus = lengthOf(left.flatMap(linesOf)) - limit;
    const full = parts[index];
    if (surplus > 0 && full) left[index] = shortened(full, surplus, command);
  }
  return `${left.flatMap(linesOf).join("\n").trimEnd()}\n`.slice(0, limit);
}

/** The same part with fewer lines, shorter by `surplus` characters or as short as it can be. */
function shortened({ head, lines, tail, kind }: Part, surplus: number, command: string): Part {
  // Half a picture would be another one.
  if (kind === "picture") return { head: [], lines: [], tail: [], kind };
  const note = (missing: number): string =>
    kind === "sql"
      ? `-- cut here, ${String(missing)} lines more: ${command}`
      : `- ${String(missing)} more, which ${code(command)} shows`;
  const goal = lengthOf(lines) - surplus - lengthOf([note(lines.length)]);
  let [count, length] = [0, 0];
  for (; count < lines.length; count += 1) {
    length += lengthOf([lines[count] ?? ""]);
    if (length > goal) break;
  }
  return count === lines.length
    ? { head, lines, tail, kind }
    : { head, lines: [...lines.slice(0, count), note(lines.length - count)], tail, kind };
}

function linesOf({ head, lines, tail }: Part): readonly string[] {
  return [...head, ...lines, ...tail];
}

/** With the end of each line. */
function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
