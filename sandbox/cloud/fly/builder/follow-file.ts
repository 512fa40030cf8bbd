import { open, stat } from "node:fs/promises";

/** Hands on the lines that are appended to a file, until finish() is called. */
export function followFile(file: string, line: (text: string) => void): { finish(): Promise<void> } {
  let offset = 0;
  let rest = "";
  const read = async (): Promise<void> => {
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size <= offset) return;
    const handle = await open(file, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - offset), 0, size - offset, offset);
      offset += bytesRead;
      const lines = (rest + buffer.toString("utf8", 0, bytesRead)).split("\n");
      rest = lines.pop() ?? "";
      for (const each of lines) line(each);
    } finally {
      await handle.close();
    }
  };
  let reading: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    reading = reading.then(read, read);
  }, 300);
  return {
    finish: async () => {
      clearInterval(timer);
      await reading.then(read, read);
      if (rest !== "") line(rest);
    },
  };
}
