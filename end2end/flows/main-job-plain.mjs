// The main job in English for a resident whose browser runs no scripts; the first answer does not solve it.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as act from "../support/actions.mjs";
import { person } from "../support/browser.mjs";
import { photoWithPlace, tells } from "../support/photo.mjs";

const TEXT = "The street lamp east of building three has been dark for three nights.";

export default function mainJobPlain(house) {
  const phone = act.freshPhone();
  let page, number;

  test("without scripts a resident files with a chosen grid, a plain file field and a phone code", async () => {
    page = await person(house, { lang: "en", js: false });
    await page.goto("/requests/new");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.fill("#f-text", TEXT);
    const file = await photoWithPlace(house, "lamp");
    await page.setInputFiles("#f-photos", { name: "IMG_0002.jpg", mimeType: "image/jpeg", buffer: file });
    const grid = page.locator("#f-area optgroup option:nth-child(2)").first();
    const area = await grid.getAttribute("value");
    await page.selectOption("#f-area", area);
    await page.fill("#f-place_words", "lamp post 7");
    await page.fill("#f-phone", phone);
    await page.getByRole("button", { name: "Send me a code" }).click();
    await page.fill("#f-code", await act.codeOn(page));
    assert.equal(await page.inputValue("#f-text"), TEXT);
    assert.equal(await page.inputValue("#f-area"), area);
    assert.equal(await page.inputValue("#f-place_words"), "lamp post 7");
    assert.equal(await page.locator("input[name=staged]:checked").count(), 1, "the photo is kept");
    await page.getByRole("button", { name: "Send request" }).click();
    ({ number } = await act.receiptOn(page));
    await page.getByRole("link", { name: "Open the request" }).click();
    await page.getByText(TEXT).waitFor();
    const photo = await page.locator(".photos img").first().getAttribute("src");
    const served = await page.request.get(photo);
    assert.equal(served.status(), 200);
    assert.deepEqual(tells(await served.body()), [], "the server took out where it was taken");
  });

  test("without scripts a tap on the map comes back with the place and everything typed", async () => {
    const other = await person(house, { lang: "en", js: false });
    await other.goto("/requests/new");
    await other.fill("#f-text", TEXT);
    await other.locator("#place-map").click();
    await other.waitForLoadState();
    assert.equal(await other.inputValue("#f-text"), TEXT);
    assert.notEqual(await other.locator("#place-name").innerText(), "No place chosen yet");
    assert.notEqual(await other.inputValue("#f-area"), "");
    await other.context().close();
  });

  test("the first answer reaches the resident", async () => {
    await act.answerOrder(house, number, { reply: "The lamp was checked and works." });
    await page.goto(`/requests/${number}`);
    await page.locator("#reply").getByText("The lamp was checked and works.").waitFor();
  });

  test("a rating with an unanswered question comes back with what was chosen", async () => {
    const form = page.locator("form[action='/api/rate-request']");
    await act.choose(form, "contacted", "no");
    await form.locator("textarea").fill("Still dark last night.");
    await form.getByRole("button", { name: "Send rating" }).click();
    await page.locator("#error-summary a[href='#f-solved']").waitFor();
    assert.ok(await form.locator("[name=contacted][value=no]").isChecked());
    assert.equal(await form.locator("textarea").inputValue(), "Still dark last night.");
  });

  test("“not solved” sends it back, and the second answer is rated and closes it", async () => {
    const form = page.locator("form[action='/api/rate-request']");
    await act.choose(form, "solved", "no");
    await act.choose(form, "satisfied", "2");
    await form.getByRole("button", { name: "Send rating" }).click();
    await page.waitForURL(/#rated|\/requests\//);
    assert.match(await page.locator(".timeline").innerText(), /To be done again/);
    await act.dispatchAndAnswer(house, number, { reply: "The cable was replaced; it is bright now.", dispatch: false });
    await page.goto(`/requests/${number}`);
    await page.locator("#reply").getByText("The cable was replaced").waitFor();
    await act.choose(form, "contacted", "yes");
    await act.choose(form, "solved", "yes");
    await act.choose(form, "satisfied", "4");
    await form.getByRole("button", { name: "Send rating" }).click();
    await page.waitForLoadState();
    assert.match(await page.locator("main").innerText(), /Closed/);
    await page.context().close();
  });

  test("without scripts the same person signs in and finds it under “Mine”", async () => {
    const other = await person(house, { lang: "en", js: false });
    await act.signInAsResident(other, house.portal.signIns.resident.name);
    await other.goto("/me");
    assert.match(await other.locator("main").innerText(), /138\*{4}0001/);
    assert.ok(await other.locator("main a[href^='/requests/2']").count(), "there are requests of theirs");
    await other.getByRole("button", { name: "Sign out" }).click();
    await other.goto("/me");
    assert.ok(!(await other.locator("main").innerText()).includes("0001"));
    await other.context().close();
  });
}
