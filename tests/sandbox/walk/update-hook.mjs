// The hook `update` of the Git server in the walk: reports a push to the GitHub emulator, whose rules accept or refuse it.
// Arguments: REF OLD NEW, as git gives them; WALK_HOME and WALK_REPOSITORY are in the hook itself.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [ref, , after] = process.argv.slice(2);
const { WALK_HOME: home = "", WALK_REPOSITORY: repository = "" } = process.env;
const read = (file) => JSON.parse(readFileSync(join(home, file), "utf8"));
const git = (...words) => execFileSync("git", words, { encoding: "utf8", maxBuffer: 1e9 });
const isDeleted = /^0+$/.test(after);

const person = (line) => {
  const [, name, email, seconds, offset] = /^\w+ (.*) <(.*)> (\d+) ([+-]\d{4})$/.exec(line);
  const minutes = Number(`${offset[0]}1`) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3)));
  const local = new Date((Number(seconds) + minutes * 60) * 1000).toISOString().slice(0, 19);
  return { name, email, date: `${local}${offset.slice(0, 3)}:${offset.slice(3)}` };
};
const commit = (sha) => {
  const text = git("cat-file", "commit", sha);
  const end = text.indexOf("\n\n");
  const head = text.slice(0, end).split("\n");
  const of = (name) => head.filter((line) => line.startsWith(`${name} `));
  const value = (name) => of(name).map((line) => line.slice(name.length + 1));
  return {
    message: text.slice(end + 2),
    tree: value("tree")[0],
    parents: value("parent"),
    author: person(of("author")[0]),
    committer: person(of("committer")[0]),
  };
};

const added = isDeleted
  ? []
  : git("rev-list", "--reverse", "--topo-order", after, "--not", "--all").split("\n");
const answer = await fetch(`${read("endpoints.json").clouds.github}/_sandbox/push/${repository}`, {
  method: "POST",
  headers: {
    authorization: `Bearer ${read("tokens.json").clouds.github}`,
    "content-type": "application/json",
  },
  body: JSON.stringify({
    ref,
    ...(isDeleted ? {} : { after }),
    commits: added.filter(Boolean).map(commit),
  }),
  signal: AbortSignal.timeout(30_000),
});
if (!answer.ok) {
  console.error((await answer.json()).message);
  process.exit(1);
}
