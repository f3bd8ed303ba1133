// Validates every page below a folder by the HTML standard; prints what is wrong as JSON: [{page, line, rule, message}].
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

import { HtmlValidate, StaticConfigLoader } from "html-validate";

const [folder] = process.argv.slice(2);
const validator = new HtmlValidate(new StaticConfigLoader({ extends: ["html-validate:standard"], elements: ["html5"] }));
const pages = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".html"));
const wrong = [];
for (const page of pages) {
  const path = join(folder, page);
  const report = await validator.validateString(readFileSync(path, "utf8"), path);
  for (const { messages } of report.results) {
    for (const { line, ruleId, message } of messages) wrong.push({ page: relative(folder, path), line, rule: ruleId, message });
  }
}
console.log(JSON.stringify({ pages: pages.length, wrong }));
