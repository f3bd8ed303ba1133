/**
 * Fills in a form in Firefox and waits for the answer. For tests/test_other_browsers.py: reads its task as JSON from
 * its input and writes as JSON what stands on the page then.
 *
 * @typedef {{program: string, url: string, fields: Record<string, string>, answer: string, timeout: number}} Task
 *   `fields`: selectors to what is typed or chosen there; "" is a click. `answer`: the selector of what is awaited.
 */

import { text } from "node:stream/consumers";

import puppeteer from "puppeteer-core";

const { program, url, fields, answer, timeout } = /** @type {Task} */ (JSON.parse(await text(process.stdin)));
const browser = await puppeteer.launch({ browser: "firefox", executablePath: program, headless: true });
try {
  const page = await browser.newPage();
  await page.goto(url);
  for (const [selector, value] of Object.entries(fields)) {
    if (value) await page.locator(selector).fill(value);
    else await page.locator(selector).click();
  }
  const found = await page.waitForSelector(answer, { timeout }).catch(() => null);
  const value = (await found?.evaluate((element) => element.getAttribute("data-value"))) ?? null;
  const said = await page.$eval("form[data-calculator]", (form) => form.parentElement?.innerText ?? "");
  process.stdout.write(JSON.stringify({ browser: await browser.version(), value, said }));
} finally {
  await browser.close();
}
