/** Words of a line, of fly.toml or of a Dockerfile: blanks part them, quotes and backslashes keep them together. */
export function shellWords(text: string): string[] {
  return [...text.matchAll(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g)].map(([word]) =>
    word.replaceAll(
      /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g,
      (_, double?: string, single?: string, escaped?: string) =>
        double?.replaceAll(/\\(["\\$])/g, "$1") ?? single ?? escaped ?? "",
    ),
  );
}
