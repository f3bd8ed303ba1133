/**
 * Opens a page that counts which functions are called (count_calls.py), in Chromium or Firefox.
 *
 * In: {browser: "chrome" | "firefox", program: string, url: string, timeout: number}. Out: what the page tells, a string.
 */
import puppeteer from "puppeteer-core";
import { readTask } from "./pyodide_in_node.mjs";

const { browser, program, url, timeout } = await readTask();
const args = browser === "chrome" ? ["--no-sandbox", "--js-flags=--expose-gc"] : [];
const started = await puppeteer.launch({ browser, executablePath: program, headless: true, args });
try {
  const page = await started.newPage();
  await page.goto(url);
  const body = await page.waitForSelector("body[data-called]", { timeout });
  process.stdout.write(JSON.stringify(await body?.evaluate((element) => element.getAttribute("data-called"))));
} finally {
  await started.close();
}
