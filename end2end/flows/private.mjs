// What is planted as private turns up on no public page.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as act from "../support/actions.mjs";
import { person } from "../support/browser.mjs";
import { Visitor } from "../support/http.mjs";

export default function privacy(house) {
  test("a phone number in the text and the number of the writer are on no public page and in no log", async () => {
    const [mine, said] = [act.freshPhone(), act.freshPhone()];
    const page = await person(house, { js: false });
    await page.goto("/requests/new");
    await page.fill("#f-text", `垃圾桶满了三天没人清，请打 ${said} 找物业老张。`);
    await page.fill("#f-place_words", `门口第二个桶，电话 ${said}`);
    await page.fill("#f-phone", mine);
    await page.getByRole("button", { name: "获取验证码" }).click();
    await page.fill("#f-code", await act.codeOn(page));
    await page.getByRole("button", { name: "提交诉求" }).click();
    const { number } = await act.receiptOn(page);
    await act.publish(house, number);
    await act.answerOrder(house, number, { reply: `已清运。有事请打 ${said}。` });
    await page.context().close();

    const stranger = new Visitor(house.portal.url, { address: "198.51.100.40" });
    const request = (await stranger.get(`/requests/${number}`)).text();
    assert.match(request, /垃圾桶满了三天没人清/);
    const area = /href="(\/areas\/[^"]+)"/.exec(request)?.[1];
    const list = `/requests?words=${encodeURIComponent("垃圾桶满了三天")}`;
    const pages = ["/", list, "/requests", `/requests/${number}`, `/requests/${number}/receipt`, "/areas", area, "/me"];
    assert.ok((await stranger.get(list)).text().includes(number), "the list shows it");
    for (const path of pages.filter(Boolean)) {
      for (const lang of ["zh-CN", "en"]) {
        const seen = (await stranger.get(path, { "accept-language": lang })).text();
        for (const secret of [mine, said]) assert.ok(!seen.includes(secret), `${secret} on ${path}`);
      }
    }
    const found = (await stranger.get(`/requests?words=${said}`)).text();
    assert.ok(!found.includes(number), "the number can be searched for");
    for (const secret of [mine, said]) assert.ok(!house.portal.logged().includes(secret), "in the log");
    stranger.close();
  });

  test("at the desk the writer's number is masked until somebody gives a reason, and then it is shown once", async () => {
    const visitor = await person(house, { js: false });
    const phone = act.freshPhone();
    await visitor.goto("/requests/new");
    await visitor.fill("#f-text", "自来水发黄，洗衣服都不敢用。");
    await visitor.fill("#f-place_words", "5 号楼");
    await visitor.fill("#f-phone", phone);
    await visitor.getByRole("button", { name: "获取验证码" }).click();
    await visitor.fill("#f-code", await act.codeOn(visitor));
    await visitor.getByRole("button", { name: "提交诉求" }).click();
    const { number } = await act.receiptOn(visitor);
    await visitor.context().close();
    const clerk = await act.deskOf(house, "clerk");
    await act.openOrder(clerk, number);
    const masked = `${phone.slice(0, 3)}****${phone.slice(-4)}`;
    const shown = async () => (await clerk.locator("main").innerText()).includes(phone);
    assert.ok((await clerk.locator("main").innerText()).includes(masked));
    assert.ok(!(await clerk.content()).includes(phone));
    const reveal = clerk.locator("details.reveal");
    await reveal.locator("summary").click();
    await reveal.locator("[name=reason]").fill("核实地址");
    await reveal.locator("button").click();
    await clerk.waitForURL(/revealed=1/);
    assert.ok(await shown());
    await clerk.reload();
    assert.ok(!(await shown()), "a second look needs a second reason");
  });
}
