// The same form sent again and again, at once: one request.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fileByHttp, numberIn } from "../support/actions.mjs";
import { person } from "../support/browser.mjs";
import { Visitor } from "../support/http.mjs";

export default function twice(house) {
  test("the same form posted ten times at once files one request", async () => {
    const visitor = new Visitor(house.portal.url, { address: "198.51.100.10" });
    const hidden = await visitor.form("/requests/new", "file-request");
    const form = { ...hidden, text: "同一张表点了十次提交按钮。", place_words: "东门", anonymous: "1", step: "send" };
    const answers = await Promise.all(Array.from({ length: 10 }, () => visitor.postFiles("/api/file-request", form)));
    const numbers = answers.map((answer) => numberIn(answer));
    assert.equal(new Set(numbers).size, 1, String(numbers));
    assert.match(String(numbers[0]), /^\d{8}-/);
    const later = await visitor.postFiles("/api/file-request", form);
    assert.equal(numberIn(later), numbers[0]);
    const mine = (await visitor.get("/me")).text();
    assert.equal(new Set(mine.match(/\/requests\/\d{8}-[^"/]+/g)).size, 1, "one stands under “mine”");
    visitor.close();
  });

  test("another browser cannot use somebody's key to learn their number", async () => {
    const [one, other] = ["198.51.100.11", "198.51.100.12"].map((address) => new Visitor(house.portal.url, { address }));
    const { key } = await one.form("/requests/new", "file-request");
    const number = await fileByHttp(one, { key });
    assert.ok(number);
    assert.notEqual(await fileByHttp(other, { key }), number);
    for (const visitor of [one, other]) visitor.close();
  });

  test("an impatient finger on the button files one request", async () => {
    const page = await person(house, { js: false });
    await page.goto("/requests/new");
    await page.fill("#f-text", "按钮点了两下，看看会不会有两件。");
    await page.fill("#f-place_words", "西门");
    await page.locator("#f-anonymous").check({ force: true });
    await page.getByRole("button", { name: "提交诉求" }).dblclick();
    await page.waitForURL(/receipt$/);
    await page.goto("/me");
    assert.equal(await page.locator("main .list a[href^='/requests/2']").count(), 1);
    await page.context().close();
  });
}
