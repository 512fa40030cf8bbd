/** Sections of docs/chaos.md that campaigns of complete rollouts write, each its own; the matrix of cells is all before them. */
const headings = ["## Complete rollouts", "## Rollouts that are killed"] as const;

const headingOf = (text: string): string | undefined =>
  headings.find((each) => text.trimStart().startsWith(`${each}\n`));

const partsOf = (page: string): readonly string[] => page.split(/^(?=## )/m);

/** The page with another matrix, and the sections of the other campaigns as they were. */
export function withMatrix(page: string, matrix: string): string {
  const own = partsOf(page).filter((text) => headingOf(text) !== undefined);
  return joined(matrix, own);
}

/** The page with another section, which begins with its heading, and all else as it was. */
export function withSection(page: string, section: string): string {
  const parts = partsOf(page).filter(
    (text) => headingOf(text) !== headingOf(section) || headingOf(text) === undefined,
  );
  const matrix = parts.filter((text) => headingOf(text) === undefined).join("");
  return joined(matrix, [...parts.filter((text) => headingOf(text) !== undefined), section]);
}

function joined(matrix: string, sections: readonly string[]): string {
  const inOrder = headings.flatMap((heading) => sections.filter((text) => headingOf(text) === heading));
  return `${[matrix, ...inOrder].map((text) => text.trim()).join("\n\n")}\n`;
}
