import { existsSync, realpathSync } from "node:fs";
import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, delimiter, dirname, join } from "node:path";
import type { Bind } from "./confined-script.ts";

/** The folder of this machine's Node, with `bin` and `lib`. */
const nodeHome = dirname(dirname(process.execPath));

const tools = [
  { name: "npm", programs: { npm: "bin/npm-cli.js", npx: "bin/npx-cli.js" } },
  { name: "corepack", programs: { corepack: "dist/corepack.js" } },
];

/** Programs that change owners and users, which the sandbox keeps of neither files nor processes. */
const withoutEffect = ["chown", "chgrp", "adduser", "addgroup", "useradd", "groupadd", "usermod", "groupmod"];

/**
 * Files that lie over this machine's own where a RUN is confined, so that it finds the base image `node`: Node, npm and
 * corepack in /usr/local, the user `node`, and an apt-get that needs no other user.
 *
 * @returns What of this machine those files need.
 */
export async function writeBaseFiles(folder: string): Promise<readonly Bind[]> {
  const local = join(folder, "usr/local");
  for (const each of ["bin", "sbin", "lib/node_modules"]) await mkdir(join(local, each), { recursive: true });
  // A user that is not root may write where the topmost folder of an overlay is its own.
  for (const each of ["bin", "sbin", "lib", "share"])
    await mkdir(join(folder, "usr", each), { recursive: true });
  await mkdir(join(folder, "etc/apt/apt.conf.d"), { recursive: true });
  await symlink("/run/build/node/bin/node", join(local, "bin/node"));
  const binds: Bind[] = [{ from: nodeHome, to: "/run/build/node" }];
  for (const { name, programs } of tools) {
    const from = homeOf(name);
    if (from === undefined) continue;
    const to = `/run/build/tools/${name}`;
    binds.push({ from, to });
    await symlink(to, join(local, "lib/node_modules", name));
    for (const [program, file] of Object.entries(programs))
      await symlink(`../lib/node_modules/${name}/${file}`, join(local, "bin", program));
  }
  for (const name of withoutEffect) {
    const file = join(local, "sbin", name);
    await writeFile(file, `#!/bin/sh\necho "${name}: the sandbox keeps no owners and users" >&2\n`);
    await chmod(file, 0o755);
  }
  const users = await textOf("/etc/passwd");
  const groups = await textOf("/etc/group");
  const isKnown = (text: string): boolean => /^node:/m.test(text);
  await writeFile(
    join(folder, "etc/passwd"),
    isKnown(users) ? users : `${users}node:x:1000:1000::/home/node:/bin/sh\n`,
  );
  await writeFile(join(folder, "etc/group"), isKnown(groups) ? groups : `${groups}node:x:1000:\n`);
  // By content: on many systems they are links out of /etc, or files that were mounted there.
  for (const name of ["resolv.conf", "hosts"])
    await writeFile(join(folder, "etc", name), await textOf(join("/etc", name)));
  await writeFile(join(folder, "etc/apt/apt.conf.d/99-sandbox"), 'APT::Sandbox::User "root";\n');
  return binds;
}

/** Where this machine has a package that comes with Node: next to Node, or where its program on the PATH lies. */
function homeOf(name: string): string | undefined {
  const onPath = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((entry) => join(entry, name))
    .filter((file) => existsSync(file))
    .map((file) => dirname(dirname(realpathSync(file))));
  return [join(nodeHome, "lib/node_modules", name), ...onPath].find(
    (home) => basename(home) === name && existsSync(join(home, "package.json")),
  );
}

async function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}
