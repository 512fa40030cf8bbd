import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A command of README's steps, as printed but for the names that a user puts in. */
export interface ReadmeCommand {
  /** The number of its step. */
  readonly step: number;
  readonly text: string;
}

const heading = "## To the real clouds";
const programs = /^(gh|git|npm|npx|pulumi|fly|flyctl|vercel|bin\/rollout|bin\/sandbox|for) /;

/**
 * The commands of "To the real clouds", in order: complete code blocks, and code within a sentence or a table that begins with
 * a program's name and has arguments.
 */
export function readmeCommands(names: Readonly<Record<string, string>>): readonly ReadmeCommand[] {
  const readme = readFileSync(join(import.meta.dirname, "..", "..", "..", "README.md"), "utf8");
  const [, section = ""] = readme.split(`${heading}\n`);
  const [steps = ""] = section.split(/^## /m);
  const commands: ReadmeCommand[] = [];
  let step = 0;
  let block: string[] = [];
  const add = (text: string): void => {
    if (programs.test(text)) commands.push({ step, text: withNames(text, names) });
  };
  for (const line of `${steps}\nend`.split("\n")) {
    // A list's text is indented by three, and a block in it by four more.
    const code = /^ {7}(.*)$/.exec(line)?.[1];
    if (code !== undefined) {
      block.push(code);
      continue;
    }
    if (block.length > 0) add(block.join("\n"));
    block = [];
    step = Number(/^(\d+)\. /.exec(line)?.[1] ?? step);
    for (const [, inline = ""] of line.matchAll(/`([^`]+)`/g)) add(inline);
  }
  return commands;
}

/** Replaces the placeholders; where one is the beginning of another, the longer one. */
function withNames(text: string, names: Readonly<Record<string, string>>): string {
  const placeholders = Object.keys(names).sort((one, other) => other.length - one.length);
  const pattern = new RegExp(placeholders.map((each) => each.replaceAll("$", "\\$")).join("|"), "g");
  return text.replace(pattern, (each) => names[each] ?? each);
}
