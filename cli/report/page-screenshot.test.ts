import { execFile } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pageOf } from "./page.ts";
import { testReport } from "./report-fixture.ts";

/**
 * The page as a browser draws it. `REPORT_SCREENSHOTS=FOLDER npm test -- cli/report` keeps the pictures. Without Chromium on the
 * PATH these are skipped, and the run says so.
 */
const browser = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Texts that overlap each other or stand out of the page, as lines in the page's title. The page itself has no script. */
const look = `<script>
  const texts = [...document.querySelectorAll("h1, h2, p, li, th, td, summary, .name, .time, .scale .track span")]
    .map((element) => ({ text: element.textContent.trim(), element, box: element.getBoundingClientRect() }))
    .filter(({ text, box }) => text !== "" && box.width > 0);
  const faults = texts.flatMap((one, index) => [
    ...(one.box.right > window.innerWidth + 1 || one.box.left < -1 ? ["out of the page: " + one.text] : []),
    ...texts.slice(index + 1)
      .filter(({ element }) => !element.contains(one.element) && !one.element.contains(element))
      .filter(({ box }) => Math.min(box.right, one.box.right) - Math.max(box.left, one.box.left) > 1
        && Math.min(box.bottom, one.box.bottom) - Math.max(box.top, one.box.top) > 1)
      .map(({ text }) => one.text + " overlaps " + text),
  ]);
  document.title = "seen " + texts.length + ": " + faults.join("; ");
</script>`;

describe.skipIf(browser === undefined)("the page in a browser", { timeout: 240_000 }, () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "report-page-"));
    const page = pageOf(testReport());
    writeFileSync(join(folder, "page.html"), page);
    writeFileSync(
      join(folder, "look.html"),
      page.replace(/<meta http-equiv[^>]*>/, "").replace("</body>", () => `${look}</body>`),
    );
    writeFileSync(
      join(folder, "overlapping.html"),
      readFileSync(join(folder, "look.html"), "utf8").replace(
        ".time {",
        ".time { position: absolute; left: 0;",
      ),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function open(page: string, width: number, ...words: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(
      browser ?? "",
      [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"],
        ...[`--user-data-dir=${join(folder, "profile")}`, `--window-size=${String(width)},1600`],
        ...words,
        pathToFileURL(join(folder, page)).href,
      ],
      { timeout: 120_000, maxBuffer: 16 * 1024 * 1024 },
    );
    return stdout;
  }

  async function faultsOf(page: string, width: number): Promise<string> {
    return /<title>([^<]*)/.exec(await open(page, width, "--dump-dom"))?.[1] ?? "";
  }

  it.each([1280, 720, 500])(
    "has no text over another one, nor beyond its edge, %d pixels wide",
    async (width) => {
      expect(await faultsOf("look.html", width)).toMatch(/^seen \d\d+: $/);
    },
  );

  it("is seen to overlap where it does", async () => {
    expect(await faultsOf("overlapping.html", 1280)).toContain("overlaps");
  });

  it.each([
    ["wide, light", 1280, []],
    ["narrow, dark", 500, ["--force-dark-mode"]],
  ] as const)("is drawn %s", async (name, width, words) => {
    const kept = process.env["REPORT_SCREENSHOTS"];
    if (kept) mkdirSync(kept, { recursive: true });
    const file = join(kept ?? folder, `${name.replace(", ", "-")}.png`);
    await open("page.html", width, ...words, `--screenshot=${file}`);
    const picture = readFileSync(file);
    expect(picture.subarray(1, 4).toString()).toBe("PNG");
    expect(picture.readUInt32BE(16)).toBe(width);
    // A page without text, or one that was not drawn, is a few thousand bytes.
    expect(picture.length).toBeGreaterThan(20_000);
  });
});
