import { measureCoverage, type FileCoverage } from "./measure-coverage.ts";

/** The share of lines that the complete run has to execute, in percent. */
const leastPercent = 85;
const filesShown = 10;

/** Prints the share of lines that ran and the files with most lines missed; gives whether the share is high enough. */
export async function reportCoverage(root: string, folder: string): Promise<boolean> {
  const files = await measureCoverage(root, folder);
  process.stdout.write(coverageText(files));
  return percentOf(files) >= leastPercent;
}

export function coverageText(files: readonly FileCoverage[]): string {
  const percent = percentOf(files);
  const lines = [
    `Coverage of infra, stacks, cli and src, with their processes: ${percent.toFixed(1)} % of lines` +
      (percent < leastPercent ? `: less than ${leastPercent} %, the run fails` : ""),
    "Most lines missed:",
    ...files
      .filter(({ missed }) => missed.length > 0)
      .sort((a, b) => b.missed.length - a.missed.length)
      .slice(0, filesShown)
      .map(
        (each) =>
          `${String(each.missed.length).padStart(5)} of ${each.lines}  ${each.file}: ${spans(each.missed).join(", ")}`,
      ),
  ];
  return `\n${lines.join("\n")}\n`;
}

function percentOf(files: readonly FileCoverage[]): number {
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const covered = files.reduce((sum, file) => sum + file.covered, 0);
  return lines === 0 ? 0 : (100 * covered) / lines;
}

/** Line numbers as spans, the first few of them. */
function spans(lines: readonly number[]): readonly string[] {
  const found: { first: number; last: number }[] = [];
  for (const line of lines) {
    const open = found.at(-1);
    // A comment or a blank line between two missed ones does not begin another span.
    if (open && line - open.last <= 2) open.last = line;
    else found.push({ first: line, last: line });
  }
  const texts = found.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`));
  return texts.length > 6 ? [...texts.slice(0, 6), "…"] : texts;
}
