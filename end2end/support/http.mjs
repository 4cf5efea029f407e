// A browser without a screen: plain HTTP with cookies, for what has to be sent many times or sent wrong.

import { Agent, request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { randomUUID } from "node:crypto";

/** One visitor with their own cookies, from their own address. */
export class Visitor {
  constructor(base, { address, lang = "zh-CN" } = {}) {
    this.base = base;
    this.cookies = new Map();
    this.address = address;
    this.lang = lang;
    this.agent = new Agent({ keepAlive: true });
  }

  get(path, headers = {}) {
    return this.send("GET", path, undefined, headers);
  }

  /** Posts a form as the portal's own page does. */
  post(path, fields, headers = {}) {
    const body = Buffer.isBuffer(fields) || typeof fields === "string" ? fields : new URLSearchParams(fields).toString();
    return this.send("POST", path, body, { "content-type": "application/x-www-form-urlencoded", ...headers });
  }

  /** Posts a form with files: a value is a text, a buffer, or `{ name, type, bytes }`. */
  postFiles(path, fields, headers = {}) {
    const { type, body } = multipart(fields);
    return this.send("POST", path, body, { "content-type": type, ...headers });
  }

  send(method, path, body, headers = {}) {
    const said = {
      accept: "text/html,application/xhtml+xml",
      "accept-language": this.lang,
      ...(this.address && { "x-forwarded-for": this.address }),
      ...(this.cookies.size && { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") }),
      ...(method === "POST" && { origin: this.base, "content-length": Buffer.byteLength(body ?? "") }),
      ...headers,
    };
    for (const [name, value] of Object.entries(said)) if (value === undefined) delete said[name];
    return new Promise((done, fail) => {
      const asking = request(this.base + path, { method, headers: said, agent: this.agent }, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("error", fail);
        answer.on("end", () => {
          this.keep(answer.headers["set-cookie"] ?? []);
          done(new Answer(answer, Buffer.concat(parts)));
        });
      });
      asking.on("error", (error) => {
        // The server may have closed a connection that waited for another request: a browser takes a new one.
        if (asking.reusedSocket && /ECONNRESET|EPIPE/.test(error.code)) done(this.send(method, path, body, headers));
        else fail(error);
      });
      asking.end(body);
    });
  }

  keep(cookies) {
    for (const cookie of cookies) {
      const [pair] = cookie.split(";");
      const at = pair.indexOf("=");
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      if (/max-age=0/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  /** A page's form with its hidden fields, by the verb it posts to. */
  async form(path, verb) {
    const answer = await this.get(path);
    return fieldsOf(answer.text(), verb);
  }

  close() {
    this.agent.destroy();
  }
}

class Answer {
  constructor(answer, bytes) {
    this.status = answer.statusCode;
    this.headers = answer.headers;
    this.bytes = bytes;
  }

  get location() {
    return this.headers.location;
  }

  text() {
    const how = this.headers["content-encoding"];
    const plain = how === "br" ? brotliDecompressSync(this.bytes) : how === "gzip" ? gunzipSync(this.bytes) : this.bytes;
    return plain.toString("utf8");
  }
}

/** The hidden fields of the form that posts to a verb. */
export function fieldsOf(html, verb) {
  const form = new RegExp(`<form[^>]*action="/api/${verb}"[\\s\\S]*?</form>`).exec(html);
  if (!form) throw new Error(`no form for ${verb}`);
  const fields = {};
  for (const [input] of form[0].matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const part = (name) => new RegExp(`\\s${name}="([^"]*)"`).exec(input)?.[1] ?? "";
    fields[part("name")] = part("value").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  }
  return fields;
}

/** The body of a form with files. */
export function multipart(fields) {
  const boundary = `----${randomUUID()}`;
  const parts = [];
  for (const [name, values] of Object.entries(fields)) {
    for (const value of Array.isArray(values) ? values : [values]) {
      const file = value?.bytes ? `; filename="${value.name}"\r\ncontent-type: ${value.type}` : "";
      parts.push(Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n`));
      parts.push(value?.bytes ?? Buffer.from(value), Buffer.from("\r\n"));
    }
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`));
  return { type: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(parts) };
}
