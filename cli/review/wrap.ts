/** Longest line of prose, in characters; what cannot be broken, such as a quoted value, may be longer. */
const width = 120;

/** A line of Markdown as several: broken at blanks outside of code, and behind a dash indented as its item goes on. */
export function wrapped(line: string): readonly string[] {
  if (line.length <= width || line.startsWith("<")) return [line];
  const indent = line.startsWith("- ") ? "  " : "";
  const lines: string[] = [];
  let current = "";
  for (const piece of unbroken(line)) {
    if (current !== "" && current.length + 1 + piece.length > width && !opensBlock(piece)) {
      lines.push(current);
      current = `${indent}${piece}`;
    } else current = current === "" ? piece : `${current} ${piece}`;
  }
  return [...lines, current];
}

/** The parts between the blanks of a line; a span of code with its blanks is one of them. */
function unbroken(line: string): readonly string[] {
  const pieces: string[] = [];
  let current = "";
  for (const { 0: token } of line.matchAll(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)|\\.| |[^ `\\]+|[\s\S]/g)) {
    if (token !== " ") current += token;
    else {
      pieces.push(current);
      current = "";
    }
  }
  return [...pieces, current];
}

/** At the beginning of a line it would be a list, a heading or a table. */
function opensBlock(piece: string): boolean {
  return /^(?:[-+*>#|=]|\d+[.)]$|~~~|```)/.test(piece);
}

/** Digests by their first twelve characters, which distinguish them; those within an address stay, so that it can be opened. */
export function withShortDigests(line: string): string {
  return line.replace(
    /(https?:\/\/\S+)|(?<![0-9a-zA-Z])([0-9a-f]{12})[0-9a-f]{12,}(?![0-9a-zA-Z])/g,
    (_all, address: string | undefined, beginning: string) => address ?? beginning,
  );
}
