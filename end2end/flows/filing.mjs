// The filing form refuses kindly: nothing typed is lost, what is wrong stands beside its field.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as act from "../support/actions.mjs";
import { person } from "../support/browser.mjs";
import { photoWithPlace } from "../support/photo.mjs";

const TYPED = {
  "#f-text": "楼下</textarea><script>alert(1)</script> 井盖 & 翘起来了，\n\n骑车容易摔。",
  "#f-place_words": "3 号楼“东侧”路口 <b>",
};

export default function filing(house) {
  test("without scripts a missing field brings the page back with everything typed still there", async () => {
    const page = await person(house, { js: false });
    await page.goto("/requests/new");
    for (const [field, words] of Object.entries(TYPED)) await page.fill(field, words);
    await page.locator("input[name=visibility][value=private]").check({ force: true });
    await page.locator("details.filter summary").click();
    await page.selectOption("#f-kind", "suggestion");
    await page.setInputFiles("#f-photos", {
      name: "a.jpg",
      mimeType: "image/jpeg",
      buffer: await photoWithPlace(house),
    });
    await page.getByRole("button", { name: "提交诉求" }).click();
    assert.equal(new URL(page.url()).pathname, "/requests/new");
    for (const [field, words] of Object.entries(TYPED)) assert.equal(await page.inputValue(field), words, field);
    assert.ok(await page.locator("input[name=visibility][value=private]").isChecked());
    assert.equal(await page.inputValue("#f-kind"), "suggestion");
    assert.equal(await page.locator("input[name=staged]:checked").count(), 1, "the photo is kept");
    const summary = page.locator("#error-summary");
    for (const field of ["phone", "code"]) {
      const line = summary.locator(`a[href='#f-${field}']`);
      assert.equal(await line.innerText(), "这一项要填。");
      const beside = page.locator(`#f-${field}-error`);
      assert.match(await beside.innerText(), /这一项要填。/);
      const control = page.locator(`#f-${field}`);
      assert.equal(await control.getAttribute("aria-invalid"), "true");
      assert.match(await control.getAttribute("aria-describedby"), new RegExp(`f-${field}-error`));
    }
    await summary.locator("a[href='#f-phone']").click();
    assert.equal(await page.locator(":focus").getAttribute("id"), "f-phone", "the line leads to the field");
    await page.context().close();
  });

  test("with scripts the page stays, says what is wrong beside the field, and sends once it is right", async () => {
    const page = await person(house);
    await page.goto("/requests/new");
    await act.awake(page);
    await page.fill("#f-text", "短");
    await page.fill("#f-place_words", TYPED["#f-place_words"]);
    await page.evaluate(() => (window.sameDocument = true));
    await page.getByRole("button", { name: "提交诉求" }).tap();
    const summary = page.locator("#filing-errors");
    await summary.locator("a[href='#f-text']").waitFor();
    assert.equal(await page.locator(":focus").getAttribute("id"), "filing-errors", "the focus is on the summary");
    assert.match(await page.locator("#f-text-error").innerText(), /至少/);
    assert.equal(await page.locator("#f-phone-error").count(), 1);
    assert.equal(await page.inputValue("#f-place_words"), TYPED["#f-place_words"]);
    assert.ok(await page.evaluate(() => window.sameDocument), "the page was loaded anew");
    await page.fill("#f-text", "楼下的井盖翘起来了，骑车容易摔。");
    await page.locator("#f-anonymous").check({ force: true });
    await page.getByRole("button", { name: "提交诉求" }).tap();
    await act.receiptOn(page);
    await page.context().close();
  });

  test("what was typed and not sent is back when the page is opened again", async () => {
    const page = await person(house);
    await page.goto("/requests/new");
    await act.awake(page);
    await page.fill("#f-text", "写到一半，手机没电了。");
    await page.waitForTimeout(1500);
    await page.goto("/requests");
    await page.goto("/requests/new");
    await act.awake(page);
    assert.equal(await page.inputValue("#f-text"), "写到一半，手机没电了。");
    await page.context().close();
  });

  test("without a signal nothing is lost and the page says that it was not sent", async () => {
    const page = await person(house);
    await page.goto("/requests/new");
    await act.awake(page);
    await page.fill("#f-text", "楼道的灯坏了，晚上很黑。");
    await page.fill("#f-place_words", "2 单元");
    await page.locator("#f-anonymous").check({ force: true });
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "提交诉求" }).tap();
    await page.locator("#filing-errors").getByText("没有网络，还没交上去").waitFor();
    await page.context().setOffline(false);
    house.faults = house.faults.filter((fault) => !fault.includes("ERR_INTERNET_DISCONNECTED"));
    await page.getByRole("button", { name: "提交诉求" }).tap();
    await act.receiptOn(page);
    await page.context().close();
  });

  test("a photo that is none, one that is too large and one that lies about its size are refused in plain words", async () => {
    const { hugePng } = await import("../support/photo.mjs");
    const files = [
      ["a text that calls itself a photo", { name: "a.jpg", mimeType: "image/jpeg", buffer: Buffer.from("没有照片") }, /不是能读的照片/],
      ["13 MB", { name: "b.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(13 * 1024 * 1024, 7) }, /文件太大，最多 12 MB/],
      ["20,000 × 20,000", { name: "c.png", mimeType: "image/png", buffer: hugePng() }, /照片太大/],
    ];
    for (const [what, file, message] of files) {
      const page = await person(house, { js: false });
      await page.goto("/requests/new");
      await page.fill("#f-text", "照片传不上去，请看看。");
      await page.setInputFiles("#f-photos", file);
      await page.getByRole("button", { name: "提交诉求" }).click();
      assert.match(await page.locator("#f-photos-error").innerText(), message, what);
      assert.equal(await page.inputValue("#f-text"), "照片传不上去，请看看。", what);
      await page.context().close();
    }
  });
}
