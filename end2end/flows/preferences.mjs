// Language and large type: chosen with one tap, without an account or a script, and remembered.

import assert from "node:assert/strict";
import { test } from "node:test";

import { person } from "../support/browser.mjs";

export default function preferences(house) {
  test("the language is switched without scripts, stays on every page, and leads back to the same page", async () => {
    const page = await person(house, { js: false });
    await page.goto("/requests?stage=answered");
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
    await page.getByRole("button", { name: "EN" }).click();
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, "/requests?stage=answered");
    for (const path of ["/", "/requests", "/requests/new", "/ask", "/me", "/areas", "/privacy"]) {
      await page.goto(path);
      assert.equal(await page.locator("html").getAttribute("lang"), "en", path);
    }
    await page.getByRole("button", { name: "中文" }).click();
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
    await page.context().close();
  });

  test("the browser's language is taken where nobody chose one", async () => {
    const page = await person(house, { lang: "en", js: false });
    await page.goto("/");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.context().close();
  });

  test("large type is switched on without scripts, is large, and stays until it is switched off", async () => {
    const page = await person(house, { js: false });
    const size = () => page.locator("main p").first().evaluate((text) => parseFloat(getComputedStyle(text).fontSize));
    await page.goto("/requests/new");
    const before = await page.locator("#f-text").evaluate((box) => parseFloat(getComputedStyle(box).fontSize));
    await page.getByRole("button", { name: "大字" }).click();
    const after = await page.locator("#f-text").evaluate((box) => parseFloat(getComputedStyle(box).fontSize));
    assert.ok(before < 20 && after >= 24, `${before} px became ${after} px`);
    await page.goto("/terms");
    assert.ok((await size()) >= 22, "the next page is large too");
    await page.getByRole("button", { name: "标准" }).click();
    assert.ok((await size()) < 22);
    await page.context().close();
  });
}
