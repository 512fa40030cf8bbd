import { posix } from "node:path";

const harmless =
  /^\/(?:dev\/(?:null|zero|u?random|stdin|stdout|stderr|fd\/\d+)|bin\/(?:ba)?sh|usr\/bin\/env)$/;
const installers = [
  {
    pattern: /\b(?:apt-get|apt|apk|dnf|yum|microdnf|dpkg|rpm|pacman)\s/,
    name: "a package manager of the system",
  },
  { pattern: /\bcorepack\s+(?:enable|install\s+-g|install\s+--global)/, name: "corepack enable" },
  {
    pattern: /\b(?:npm|pnpm|yarn|bun)\b[^;&|]*\s(?:-g|--global|global|link)\b/,
    name: "a global installation",
  },
  { pattern: /\b(?:sudo|su|chroot|mount|reboot|shutdown)\s/, name: "a command that is about the system" },
];

/**
 * What of a command would read or change files of this machine where it is not confined: it runs in the image's folder, and
 * an absolute path is the machine's own. Undefined for a command that stays in there.
 */
export function outsideTheImage(command: string, workdir: string): string | undefined {
  const installer = installers.find(({ pattern }) => pattern.test(`${command} `));
  if (installer) return installer.name;
  if (/(^|[\s=:'"(;|&<>])(?:~|\$HOME|\$\{HOME)/.test(command)) return "the home folder";
  // Addresses are no paths.
  const words = command.replaceAll(/\b[a-z][a-z+.-]*:\/\/\S+/gi, " ").split(/[\s=:'"`(){};|&<>,]+/);
  return words.find((word) => {
    if (word.startsWith("/")) return /^\/[\w.*$-]/.test(word) && !harmless.test(word);
    // As deep as the working directory is, `..` stays in the image.
    return word.includes("..") && posix.normalize(posix.join(workdir.slice(1), word)).startsWith("..");
  });
}
