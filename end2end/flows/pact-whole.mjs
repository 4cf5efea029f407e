// A whole pact of a yard with six doors, from the first draft to the day it applies, through the pages of everybody who has
// to do with it. Weeks pass in between by the demonstration's clock. Residents sign once with scripts and once without.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as act from "../support/actions.mjs";
import { person } from "../support/browser.mjs";
import * as pacts from "../support/pacts.mjs";
import { photoWithPlace } from "../support/photo.mjs";

const AREA = "BAYN0102";
const TITLE = "供销社老院共用院坝约定";
const CLAUSES = ["院坝中间不停车，留给孩子和晾衣裳。", "夜里十一点以后院门上闩，晚归的自己带钥匙。"];
const OPINION = "院门十点就该上闩，我家靠门口，进出都听得见。";
const BETTER = "夜里十点以后院门上闩，晚归的自己带钥匙，轻开轻关。";
const AMENDED = "院坝中间不停车，留给孩子和晾衣裳；搬家卸货除外，两小时内挪走。";

/** The day and time of the portal's clock, as date and time fields take them. */
const soon = (house, minutes = 20) => {
  const there = new Date(house.portal.now() + minutes * 60_000 + 8 * 3_600_000).toISOString();
  return { day: there.slice(0, 10), time: there.slice(11, 16) };
};

export default function pactWhole(house) {
  let number;
  const keys = {};
  const desk = (office) => pacts.officer(house, office);
  const workshop = async (office, part = "") => {
    const page = await desk(office);
    await page.goto(`/desk/pacts/${number}${part}`);
    return page;
  };

  test("stopped in order, the portal starts again with all its data, under a name", async () => {
    await house.portal.stop();
    await house.portal.start({ name: "localhost" });
    const page = await desk("committee");
    await page.goto("/desk/pacts");
    assert.notEqual(await page.locator("main a[href^='/desk/pacts/BAYN']").count(), 0);
  });

  test("the committee begins a pact and names who is what in it", async () => {
    const page = await desk("committee");
    await page.goto("/desk/pacts/new");
    await pacts.send(page, "open-pact", {
      kind: "resident_convention",
      area: AREA,
      title: TITLE,
      title_en: "The Yard We Share",
      purpose: "六户一个院，说好了省得红脸。",
      secrecy: "secret",
    });
    number = /\/desk\/pacts\/([A-Z0-9-]+)/.exec(page.url())[1];
    for (const [name, office] of [
      ["李秀英", "branch"],
      ["张文斌", "drafter"],
      ["刘长青", "chair"],
      ["陈玉梅", "teller"],
      ["赵福生", "teller"],
      ["白振华", "supervision"],
      ["高宏伟", "street"],
    ]) {
      const person = page.locator("form[action='/api/appoint-office'] [name=person] option", { hasText: name }).first();
      await pacts.send(page, "appoint-office", { person: await person.getAttribute("value"), office });
    }
    assert.match(await page.locator("#offices").innerText(), /白振华/);
  });

  test("one up: study, topics and a draft; branch and committee open the consultation together", async () => {
    await pacts.record(house, number, "branch", "party_study", "支部学习会议定：院坝的事六户一起商量。");
    await pacts.record(house, number, "committee", "topics", "停车、晾衣、院门几点上闩。");
    const page = await workshop("drafter", "/draft");
    await pacts.send(page, "save-draft", { "text-0": CLAUSES[0], "english-0": "No cars in the middle of the yard." }, { press: ["press", "add"] });
    assert.equal(await page.locator("[name='text-0']").inputValue(), CLAUSES[0], "what was typed is still there");
    await pacts.send(page, "save-draft", { "text-1": CLAUSES[1], "english-1": "The gate is bolted at eleven." }, { press: ["press", "save"] });
    await pacts.move(house, number, "open_consult", ["branch"]);
    assert.doesNotMatch(await pacts.stageOf(house, number), /正在征求意见中/);
    await pacts.move(house, number, "open_consult", ["committee"]);
    assert.ok((await pacts.stageOf(house, number)).includes(CLAUSES[1]), "everybody can read the text");
  });

  test("one down: neighbours say what they think, one of them without scripts", async () => {
    for (const [door, js, at, stance, words] of [
      [1, false, 1, "change", OPINION],
      [2, true, 0, "agree", ""],
    ]) {
      const page = await pacts.neighbour(house, door, { js });
      await page.goto(`/pacts/${number}`);
      const clause = page.locator("a.clause-open").nth(at);
      await Promise.all([page.waitForNavigation(), clause.click()]);
      await pacts.send(page, "give-opinion", words ? { words } : {}, { press: ["stance", stance] });
      assert.ok(await page.locator(".opinion-mine").count(), "one's own opinion is shown");
      await page.context().close();
    }
    const moderator = await desk("moderator");
    await moderator.goto("/desk/moderation");
    const item = moderator.locator(".moderation-item", { hasText: OPINION });
    for (let pages = 0; !(await item.count()) && pages < 20; pages += 1) {
      await moderator.goto(await moderator.locator("a[href*='/desk/moderation?after=']").last().getAttribute("href"));
    }
    await item.locator("button[value=publish]").click();
    await item.waitFor({ state: "detached" });
  });

  test("the text reaches every door: by message where there is a phone, and one is visited", async () => {
    const walker = await desk("grid_worker");
    await walker.goto("/desk/delivery");
    await Promise.all([walker.waitForNavigation(), walker.locator(".list-item a", { hasText: TITLE }).first().click()]);
    await Promise.all([walker.waitForNavigation(), walker.locator(".list-item a").first().click()]);
    await pacts.send(walker, "tick-door", {}, { press: ["outcome", "handed_over"] });
    const page = await workshop("committee", "/delivery");
    for (let tries = 0; (await page.locator("input[name='buildings[]']").count()) && tries < 20; tries += 1) {
      await page.waitForTimeout(500);
      await page.reload();
    }
    const doors = await page.locator("tbody tr").first().locator("td").allInnerTexts();
    assert.deepEqual(doors.map(Number), [6, 6, 0], "six doors, all reached, none missing");
  });

  test("too early it does not go on, and says from when; after two weeks it does", async () => {
    const page = await workshop("committee");
    assert.equal(await pacts.formOf(page, "move-pact", { step: "close_consult" }).count(), 0);
    const there = new Date(house.portal.now() + 16 * 86_400_000 + 8 * 3_600_000);
    assert.match(await page.locator("#moves").innerText(), new RegExp(`${there.getUTCMonth() + 1}月${there.getUTCDate()}日`));
    await house.portal.pass(16);
    await pacts.move(house, number, "close_consult", ["committee"]);
  });

  test("two up: every opinion is answered with a reason, and the text changes", async () => {
    const page = await workshop("drafter", "/analysis");
    await pacts.send(page, "answer-opinions", { answer: "adopted", reason: "听您的，改成十点，再加一句轻开轻关。" });
    await workshop("drafter", "/draft");
    await pacts.send(page, "save-draft", { "text-1": BETTER, "english-1": "The gate is bolted at ten, quietly." }, { press: ["press", "save"] });
    await pacts.move(house, number, "submit_analysis", ["drafter"]);
    const resident = await pacts.neighbour(house, 1, { js: false });
    await resident.goto(`/pacts/${number}/text`);
    const text = await resident.locator("main").innerText();
    assert.match(text.replaceAll(/\s/g, ""), /轻开轻关/);
    await resident.context().close();
  });

  test("two down: party members and representatives meet; an amendment is voted by hand", async () => {
    for (const kind of ["party_members", "representatives"]) {
      const page = await desk("committee");
      await page.goto(`/desk/meetings/new?pact=${number}`);
      const { day, time } = soon(house);
      await pacts.send(page, "plan-meeting", { kind, day, time, place: "老院堂屋", agenda: "逐条议第二稿", expected: "3" });
      const meeting = page.url().split("#")[0];
      await pacts.send(page, "invite-people", { people: "孙桂芳\n钱有田\n周满仓" });
      await pacts.send(page, "move-meeting", {}, { press: ["act", "open"] });
      for (let at = 0; at < 3; at += 1) {
        const waiting = page.locator("form[action='/api/tick-attender']").filter({ has: page.locator("[name=attender]") }).first();
        await Promise.all([page.waitForNavigation(), waiting.locator("button").click()]);
      }
      if (kind === "representatives") {
        const clause = page.locator("form[action='/api/amend-clause'] [name=clause] option", { hasText: "院坝中间" }).first();
        await pacts.send(page, "amend-clause", {
          clause: await clause.getAttribute("value"),
          text: AMENDED,
          english: "No cars in the middle of the yard; unloading for two hours.",
          moved_by: "孙桂芳",
        });
        await pacts.send(page, "count-amendment", { present: "3", in_favour: "2", against: "0", abstained: "1" });
      }
      await pacts.send(page, "move-meeting", {}, { press: ["act", "over"] });
      await pacts.send(page, "write-minutes", { minutes: "三人到齐，逐条念过，都说能做到。", decisions: "同意提交。" });
      await pacts.send(page, "sign-minutes", {}, { press: ["part", "keeper"] });
      const chair = await desk("chair");
      await chair.goto(meeting);
      await pacts.send(chair, "sign-minutes", {}, { press: ["part", "chair"] });
    }
    await pacts.move(house, number, "close_deliberation", ["committee"]);
    assert.ok((await pacts.stageOf(house, number)).includes(AMENDED), "the amendment stands in the text");
  });

  test("three up: the street office reviews, and two people freeze the text", async () => {
    await pacts.record(house, number, "street", "legal_review", "没有罚款，没有减损权利的内容。");
    await pacts.record(house, number, "street", "womens_rights_check", "未见因性别区别对待的条款。");
    await pacts.move(house, number, "freeze", ["branch", "committee"]);
  });

  test("the roll is announced; an objection to it is answered with its reason", async () => {
    await pacts.record(house, number, "chair", "agenda", "宣读、检查票箱、投票、当场计票。");
    const resident = await pacts.neighbour(house, 3);
    await resident.goto(`/pacts/${number}/roll`);
    await pacts.send(resident, "object-to-roll", { words: "名册上怎么没有我儿子？他在外地打工。" });
    await resident.context().close();
    const page = await workshop("committee", "/roll");
    await pacts.send(page, "answer-roll-objection", { reason: "一户一票，您家由您投；您儿子的户口已迁出。" }, { where: { change: "none" } });
  });

  test("both tellers make the keys to which ballots will be sealed", async () => {
    for (const teller of ["teller1", "teller2"]) {
      const page = await workshop(teller, "/vote?key=1");
      const secret = /AGE-SECRET-KEY-1[0-9A-Z\s]+/.exec(await page.locator("main").innerText())[0].replaceAll(/\s/g, "");
      keys[teller] = secret.slice(0, 74);
      await pacts.send(page, "keep-teller-key", { secret: keys[teller] });
    }
  });

  test("three down: a secret vote by phone, without scripts, and on paper that two people count", async () => {
    await house.portal.pass(11);
    await pacts.move(house, number, "open_vote", ["committee"]);
    for (const [door, js, choice] of [
      [1, false, "yes"],
      [2, true, "yes"],
      [3, true, "no"],
    ]) {
      const page = await pacts.neighbour(house, door, { js });
      await page.goto(`/pacts/${number}/vote`);
      const where = { choice };
      await pacts.send(page, "cast-vote", {}, { where });
      const said = await page.locator("main").innerText();
      assert.match(said, /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/, "there is a receipt");
      await page.context().close();
    }
    const page = await workshop("teller1", "/vote");
    await pacts.send(page, "tick-ballot", { unit: "5" });
    await pacts.send(page, "tick-ballot", { unit: "6" });
    for (const teller of ["teller1", "teller2"]) {
      const page = await workshop(teller, "/vote");
      await pacts.send(page, "enter-box", { yes: "2", no: "0", abstain: "0", invalid: "0" });
    }
  });

  test("chair and two tellers close the vote; with both keys it is counted, and the numbers are public", async () => {
    for (const office of ["chair", "teller1"]) await pacts.send(await workshop(office, "/vote"), "close-vote");
    const page = await workshop("teller2", "/vote");
    await pacts.send(page, "close-vote", { secret_outer: keys.teller1, secret_inner: keys.teller2 });
    const visitor = await person(house, { js: false });
    await visitor.goto(`/pacts/${number}/result`);
    const result = await visitor.locator("main").innerText();
    assert.match(result, /5/, result);
    assert.match(result, /6/, result);
    await visitor.context().close();
  });

  test("the supervision committee lets the result stand when nobody has objected for five days", async () => {
    await house.portal.pass(6);
    await pacts.move(house, number, "confirm_result", ["supervision"]);
  });

  test("one signature: by phone without scripts, by phone, and in the book that two people read", async () => {
    for (const [door, js] of [
      [1, false],
      [2, true],
    ]) {
      const page = await pacts.neighbour(house, door, { js });
      await page.goto(`/pacts/${number}/sign`);
      await pacts.send(page, "send-signing-code");
      await pacts.send(page, "sign-pact", { code: await act.codeOn(page), agreed: true });
      assert.equal(await page.locator("form[action='/api/sign-pact']").count(), 0, "signed is signed");
      await page.context().close();
    }
    const shown = await workshop("committee", "/signing");
    const book = shown.locator("a[href*='/book?building=']").first();
    await Promise.all([shown.waitForNavigation(), book.click()]);
    const printed = (await shown.locator("main").innerText()).replaceAll(/(?<=[0-9a-f]) (?=[0-9a-f])/g, "");
    assert.match(printed, /\b[0-9a-f]{8}/, "the hash of the text is printed in the book");
    // The page as it lies under the camera: what the portal reads of it is its QR code.
    const scan = { name: "page-1.jpg", mimeType: "image/jpeg", buffer: await shown.screenshot({ type: "jpeg", quality: 92 }) };
    for (const office of ["committee", "drafter"]) {
      const page = await workshop(office, "/signing");
      await pacts.send(page, "find-signer", { phone: "13800000905" });
      if (office === "committee") await pacts.send(page, "keep-signing-page", { page: "1", photos: scan });
      assert.equal(await page.locator(".signing-scan img").count(), 1, "the scan lies beside the form");
      const adult = page.locator("form[action='/api/enter-paper-signature'] [name=person]").first();
      assert.equal(await page.locator("form[action='/api/enter-paper-signature'] [name=text]").count(), 0, "its QR code tells the text");
      const fields = { reading: "signed", signed_on: soon(house, 0).day };
      if ((await adult.evaluate((field) => field.tagName)) === "SELECT") {
        fields.person = await adult.locator("option").last().getAttribute("value");
      } else fields.person = await adult.getAttribute("value");
      await pacts.send(page, "enter-paper-signature", fields);
    }
  });

  test("another neighbour adds a passkey with a code, and signs with a touch", async () => {
    const page = await pacts.neighbour(house, 3);
    const device = await page.context().newCDPSession(page);
    await device.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
    await device.send("WebAuthn.addVirtualAuthenticator", { options });
    await page.goto("/me/passkeys");
    await pacts.send(page, "send-passkey-code");
    await pacts.send(page, "add-passkey", { code: await act.codeOn(page), name: "我的旧手机" });
    assert.match(await page.locator("main").innerText(), /我的旧手机/);
    await page.goto(`/pacts/${number}/sign`);
    await pacts.send(page, "sign-with-passkey", { agreed: true });
    assert.equal(await page.locator("form[action='/api/sign-pact']").count(), 0, "signed is signed");
    await page.context().close();
  });

  test("after the month of signing the text hangs on the board, is filed, and applies", async () => {
    await house.portal.pass(31);
    const before = await workshop("committee");
    if (await pacts.formOf(before, "move-pact", { step: "close_signing" }).count()) {
      await pacts.move(house, number, "close_signing", ["committee"]);
    }
    const photo = { name: "board.jpg", mimeType: "image/jpeg", buffer: await photoWithPlace(house, "公告栏") };
    await pacts.record(house, number, "committee", "posting_day_1", "贴在院门口的公告栏。", photo);
    await house.portal.pass(15);
    await pacts.record(house, number, "committee", "posting_day_15", "第十五天，还在。", photo);
    await pacts.record(house, number, "committee", "filing_receipt", "巴彦街道备案回执第31号。");
    await house.portal.pass(1);
    await pacts.move(house, number, "into_force", ["branch", "committee"]);
    const visitor = await person(house, { lang: "en", js: false });
    await visitor.goto(`/pacts/${number}`);
    assert.match(await visitor.locator("main").innerText(), /In force/i);
    await visitor.context().close();
  });

  test("a neighbour verifies the receipt of their signature in the browser", async () => {
    const page = await pacts.neighbour(house, 1);
    await page.goto(`/pacts/${number}/signed`);
    const receipt = page.locator("a[href*='/log/receipts/']").first();
    await Promise.all([page.waitForNavigation(), receipt.click()]);
    const href = await page.locator("a[href$='.json'], a[download]").first().getAttribute("href");
    const json = await (await page.request.get(href)).text();
    const bundle = page.waitForResponse((answer) => answer.url().includes("verify_bg"));
    await page.goto("/verify");
    await (await bundle).finished();
    await page.waitForTimeout(500);
    await page.locator("textarea").first().fill(json);
    await page.locator("#verify button[type=submit]").last().click();
    await page.locator("#verify-result .verify-verdict:not([hidden])").waitFor();
    const verdict = () => page.locator("#verify-result .verify-verdict:not([hidden])").getAttribute("data-verdict");
    assert.equal(await verdict(), "whole");
    assert.ok(await page.locator("#verify-local").isVisible(), "it was checked on this device");
    const forged = json.replace(/"root":\s*"(.)/, (all, first) => all.slice(0, -1) + (first === "A" ? "B" : "A"));
    const changed = forged === json ? json.replace(/(\d{4}-\d{2}-\d{2})/, "2001-01-01") : forged;
    await page.locator("textarea").first().fill(changed);
    await page.locator("#verify button[type=submit]").last().click();
    await page.waitForFunction(() => {
      const shown = document.querySelector("#verify-result .verify-verdict:not([hidden])");
      return shown && shown.dataset.verdict !== "whole";
    });
    await page.context().close();
  });

  test("the log and the audit chain are whole afterwards", () => {
    for (const verb of ["log", "audit"]) {
      const { code, said } = house.portal.run(verb, "verify");
      assert.equal(code, 0, said);
    }
  });
}
