// The main job in Chinese with scripts: reported on a phone, handled at five desks, answered, rated.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as act from "../support/actions.mjs";
import { person } from "../support/browser.mjs";
import { Visitor } from "../support/http.mjs";
import { photoWithPlace, tells } from "../support/photo.mjs";

const TEXT = "银杏小区三号楼东侧的路灯连着三个晚上不亮，老人出门看不清台阶。";
const REPLY = "已更换镇流器，当晚恢复照明。谢谢您告诉我们。";

export default function mainJob(house) {
  const phone = act.freshPhone();
  let page, number, code, photo;

  test("a resident files with words, a photo, a tap on the map and a phone code, and gets number and code", async () => {
    page = await person(house);
    await page.goto("/requests/new");
    await act.awake(page);
    await page.fill("#f-text", TEXT);
    const file = await photoWithPlace(house);
    assert.notDeepEqual(tells(file), [], "the photo that is sent says where it was taken");
    await page.setInputFiles("#f-photos", { name: "IMG_0001.jpg", mimeType: "image/jpeg", buffer: file });
    await page.locator(".photo-picker-tile img").waitFor();
    const nowhere = await page.locator("#place-name").innerText();
    await page.locator("#place-map").scrollIntoViewIfNeeded();
    await page.locator("#place-map").tap();
    await page.locator("#place-name").filter({ hasNotText: nowhere }).waitFor();
    const place = await page.locator("#place-name").innerText();
    assert.match(place, /网格/);
    await page.fill("#f-phone", phone);
    await page.getByRole("button", { name: "获取验证码" }).tap();
    const sent = await act.codeOn(page);
    await act.awake(page);
    assert.equal(await page.inputValue("#f-text"), TEXT, "the text is still there");
    assert.equal(await page.inputValue("#f-phone"), phone, "the number is still there");
    assert.equal(await page.locator("#place-name").innerText(), place, "the place is still there");
    assert.equal(await page.locator(".photo-picker-tile img").count(), 1, "the photo is still there");
    await page.fill("#f-code", sent);
    await page.getByRole("button", { name: "提交诉求" }).tap();
    ({ number, code } = await act.receiptOn(page));
    await page.getByText("会发短信告诉你").waitFor();
  });

  test("until a moderator has looked, only its writer reads it", async () => {
    await page.goto(`/requests/${number}`);
    await page.getByText(TEXT).waitFor();
    const stranger = new Visitor(house.portal.url);
    const seen = await stranger.get(`/requests/${number}`);
    assert.equal(seen.status, 404);
    assert.ok(!seen.text().includes("台阶"), "a stranger reads the text");
    photo = /\/files\/([0-9a-f-]{36})\//.exec(await page.content())[1];
    assert.equal((await stranger.get(`/files/${photo}/320.jpg`)).status, 404);
    stranger.close();
  });

  test("clerk, dispatcher, handler and manager lead it to an answer with a photo, each from their own desk", async () => {
    const buffer = await photoWithPlace(house, "已修好");
    await act.answerOrder(house, number, { reply: REPLY, after: { name: "after.jpg", mimeType: "image/jpeg", buffer } });
  });

  test("once published, everyone reads it and sees the photo, which no longer says where it was taken", async () => {
    await act.publish(house, number);
    const stranger = new Visitor(house.portal.url);
    const seen = (await stranger.get(`/requests/${number}`)).text();
    assert.ok(seen.includes(TEXT));
    assert.ok(seen.includes(REPLY));
    for (const size of ["320", "1600"]) {
      const served = await stranger.get(`/files/${photo}/${size}.jpg`);
      assert.equal(served.status, 200);
      assert.equal(served.headers["content-type"], "image/jpeg");
      assert.deepEqual(tells(served.bytes), []);
    }
    stranger.close();
  });

  test("anyone finds it in the public list by its words", async () => {
    const reader = await person(house);
    await reader.goto(`/requests?words=${encodeURIComponent("银杏小区三号楼东侧")}`);
    await reader.locator(`a[href='/requests/${number}']`).waitFor();
    await reader.context().close();
  });

  test("the resident reads the answer, rates it solved, and the request is closed with its whole story", async () => {
    await page.goto(`/requests/${number}`);
    await page.locator("#reply").getByText(REPLY).waitFor();
    await page.locator("#reply").getByText("办理后照片").waitFor();
    const after = page.locator("#reply .photos img");
    assert.equal(await after.count(), 1);
    await act.seen(after);
    const served = await page.request.get(await page.locator("#reply .photos a").getAttribute("href"));
    assert.deepEqual(tells(await served.body()), [], "nobody learns where the handler stood");
    const form = page.locator("form[action='/api/rate-request']");
    await act.choose(form, "contacted", "yes");
    await act.choose(form, "solved", "yes");
    await act.choose(form, "satisfied", "5");
    await form.locator("textarea").fill("很快，谢谢。");
    await form.getByRole("button", { name: "提交评价" }).tap();
    await page.locator("#rated").waitFor();
    assert.match(await page.locator("main").innerText(), /已办结/);
    const story = await page.locator(".timeline").innerText();
    for (const step of ["收到诉求", "已受理", "办理", "已联系反映人", "已答复", "已办结"]) {
      assert.ok(story.includes(step), `${step} in ${story}`);
    }
    await page.context().close();
  });

  test("with number and query code another phone opens it too", async () => {
    const other = await person(house);
    await other.goto("/ask");
    await other.fill("#f-number", number.replaceAll("-", "").toLowerCase());
    await other.fill("#f-code", code);
    await other.getByRole("button", { name: "查询" }).tap();
    await other.waitForURL(`**/requests/${number}`);
    await other.context().close();
  });
}
