// The moderator's keyboard: j and k walk the queue, p publishes what has the focus.

import assert from "node:assert/strict";
import { test } from "node:test";

import { deskOf, fileByHttp, signInAsStaff, waiting } from "../support/actions.mjs";
import { Visitor } from "../support/http.mjs";

export default function moderation(house) {
  test("a moderator walks the queue with j and k and publishes with p", async () => {
    const visitor = new Visitor(house.portal.url, { address: "198.51.100.30" });
    const number = await fileByHttp(visitor, { text: "小广场的健身器材螺丝松了，老人用着危险。" });
    const page = await deskOf(house, "moderator");
    const item = await waiting(page, number);
    const items = page.locator(".moderation-item");
    const focused = () => page.evaluate(() => {
      const all = [...document.querySelectorAll(".moderation-item")];
      return all.findIndex((item) => item.contains(document.activeElement));
    });
    // The desk's island wakes when the browser is idle.
    for (let tries = 0; (await focused()) !== 0; tries += 1) {
      assert.ok(tries < 50, "the keys do nothing");
      await page.waitForTimeout(100);
      await page.keyboard.press("j");
    }
    if ((await items.count()) > 1) {
      await page.keyboard.press("j");
      assert.equal(await focused(), 1);
      await page.keyboard.press("k");
      assert.equal(await focused(), 0);
    }
    const texts = await items.allInnerTexts();
    const at = texts.findIndex((text) => text.includes(number));
    for (let step = 0; step < at; step += 1) await page.keyboard.press("j");
    assert.equal(await focused(), at);
    await page.keyboard.press("p");
    await item.waitFor({ state: "detached" });
    const seen = (await new Visitor(house.portal.url).get(`/requests/${number}`)).text();
    assert.ok(seen.includes("健身器材螺丝松了"));
    visitor.close();
  });

  test("what is ticked with x is published at once with Shift+P and waits again after u", async () => {
    const visitor = new Visitor(house.portal.url, { address: "198.51.100.32" });
    const filed = [];
    for (const text of ["健身步道的灯罩碎了，碎片还在地上。", "公交站牌被车撞歪了，看不清字。", "花坛的围栏倒了一截。"]) {
      filed.push(await fileByHttp(visitor, { text }));
    }
    const page = await deskOf(house, "moderator");
    // A page of the queue may end between the first and the second; then it does not between the second and the third.
    await waiting(page, filed[0]);
    const together = await page.locator(".moderation-item", { hasText: filed[1] }).count();
    const numbers = together ? filed.slice(0, 2) : filed.slice(1);
    const tickBoth = async () => {
      await waiting(page, numbers[0]);
      for (const number of numbers) {
        const item = page.locator(".moderation-item", { hasText: number });
        await item.focus();
        for (let tries = 0; !(await item.locator(".moderation-tick").isChecked()); tries += 1) {
          assert.ok(tries < 50, "x ticks nothing");
          await page.keyboard.press("x");
          await page.waitForTimeout(100);
        }
      }
      await page.keyboard.press("Shift+P");
      await page.getByText("已公开 2 件").waitFor();
    };
    const everyone = new Visitor(house.portal.url);
    const status = async (number) => (await everyone.get(`/requests/${number}`)).status;
    await tickBoth();
    for (const number of numbers) assert.equal(await status(number), 200);
    await page.keyboard.press("u");
    for (let tries = 0; !(await page.getByText("已撤销 2 件").count()); tries += 1) {
      assert.ok(tries < 30, "u takes nothing back");
      await page.waitForTimeout(100);
      if (await page.locator("form[action='/api/undo-publish']").count()) await page.keyboard.press("u");
    }
    for (const number of numbers) assert.equal(await status(number), 404);
    await tickBoth();
    await page.locator(".moderation-undo").waitFor({ state: "hidden", timeout: 15_000 });
    for (const number of numbers) assert.equal(await status(number), 200);
    for (const one of [visitor, everyone]) one.close();
  });

  test("without scripts what is ticked is published by the button, and nothing ticked is said", async () => {
    const visitor = new Visitor(house.portal.url, { address: "198.51.100.33" });
    const number = await fileByHttp(visitor, { text: "游乐区的沙坑里有碎玻璃，孩子容易划伤。" });
    const page = await signInAsStaff(house, "moderator", { js: false });
    await page.goto("/desk/moderation");
    const button = page.locator("#publish-many button");
    await button.click();
    await page.locator("#error-summary").getByText("还没有勾选").waitFor();
    const item = await waiting(page, number);
    await item.getByText("勾选").click();
    assert.ok(await item.locator(".moderation-tick").isChecked());
    await button.click();
    await page.getByText("已公开 1 件").waitFor();
    await page.locator("form[action='/api/undo-publish'] button").click();
    await page.getByText("已撤销 1 件").waitFor();
    await waiting(page, number);
    await page.context().close();
    visitor.close();
  });

  test("a moderator's change of the public copy leaves the original to its writer, with the difference", async () => {
    const visitor = new Visitor(house.portal.url, { address: "198.51.100.31" });
    const number = await fileByHttp(visitor, { text: "四楼西户老王半夜砸墙，吵得睡不着。" });
    const page = await deskOf(house, "moderator");
    const item = await waiting(page, number);
    await item.locator("summary[aria-keyshortcuts=e]").click();
    const form = item.locator("form", { has: page.locator("input[name=verdict][value=edit]") });
    await form.locator("textarea[name=text]").fill("邻居半夜砸墙，吵得睡不着。");
    await form.locator("button").click();
    await item.waitFor({ state: "detached" });
    const everyone = (await new Visitor(house.portal.url).get(`/requests/${number}`)).text();
    assert.ok(everyone.includes("邻居半夜砸墙") && !everyone.includes("老王"));
    const mine = (await visitor.get(`/requests/${number}`)).text();
    assert.ok(mine.includes("公开的文字改过") && mine.includes("老王"));
    visitor.close();
  });
}
