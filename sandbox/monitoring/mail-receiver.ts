import { createServer, type AddressInfo, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Deliveries } from "./deliveries.ts";

/**
 * As much of SMTP as a mail takes (RFC 5321): it accepts every mail, keeps its subject, and sends none on.
 */
export async function openMailReceiver(
  deliveries: Deliveries,
): Promise<{ readonly address: string; readonly close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    let data: string[] | undefined;
    say("220 sandbox ESMTP");
    createInterface({ input: socket }).on("line", (line) => {
      if (data) {
        if (line !== ".") {
          data.push(line);
          return;
        }
        const subject = subjectOf(data);
        deliveries.add({
          kind: "email",
          status: subject.startsWith("[RESOLVED") ? "resolved" : "firing",
          text: subject,
        });
        data = undefined;
        say("250 taken");
        return;
      }
      const command = line.slice(0, 4).toUpperCase();
      if (command === "DATA") {
        data = [];
        say("354 end with a point alone");
      } else if (command === "QUIT") {
        say("221 bye");
        socket.end();
      } else say(/^(EHLO|HELO|MAIL|RCPT|RSET|NOOP)$/.test(command) ? "250 ok" : "502 not here");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The subject, of which long ones lie on several lines and are encoded (RFC 2047). */
function subjectOf(lines: readonly string[]): string {
  const header = lines
    .slice(0, lines.indexOf(""))
    .join("\n")
    .replaceAll(/\n[ \t]+/g, " ");
  const [, subject = ""] = /^subject: (.*)$/im.exec(header) ?? [];
  return subject.replaceAll(/=\?utf-8\?q\?(.*?)\?=\s*/gi, (_all, text: string) => {
    const bytes = text
      .replaceAll("_", " ")
      .replaceAll(/=([0-9A-F]{2})/g, (_code, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, "latin1").toString("utf8");
  });
}
