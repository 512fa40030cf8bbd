import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const pollMilliseconds = 50;

/**
 * The lines of a file that another process is writing, as they come; ends after `ended` with what was written until
 * then. A line that is not complete yet is held back.
 */
export async function* followLines(file: string, ended: AbortSignal): AsyncGenerator<string> {
  const handle = await open(file, "r");
  try {
    const chunk = Buffer.alloc(64 * 1024);
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      // Asked before reading: what was written before the end is then read in any case.
      const last = ended.aborted;
      const { bytesRead } = await handle.read(chunk, 0, chunk.length);
      if (bytesRead === 0) {
        if (last) return;
        await sleep(pollMilliseconds, undefined, { signal: ended }).catch(() => undefined);
        continue;
      }
      rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        yield rest.subarray(0, end).toString("utf8");
        rest = rest.subarray(end + 1);
      }
    }
  } finally {
    await handle.close();
  }
}
