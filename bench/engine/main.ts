/**
 * The far end that all subjects talk to: a speech model that hears numbers and speaks numbers, as light as one can be
 * that speaks Bedrock's wire. It is told what is measured by POST /plan, and tells what it has seen at GET /stamps.
 * `node bench/engine/main.ts PORT HTTP2-PORT`, on loopback only.
 */
import { createServer } from "node:http";
import type { CallPlan } from "../calls/plan.ts";
import { createHttp2Door, createWebSocketDoors } from "./doors.ts";
import { House } from "./house.ts";

const HOST = "127.0.0.1";
const [port, http2Port] = process.argv.slice(2).map(Number);

const house = new House();
const doors = createWebSocketDoors(house);
const http = createServer((request, response) => {
  if (request.url === "/stamps") return void response.end(house.stamps());
  if (request.url === "/notes") return void response.end(JSON.stringify(house.notes));
  if (request.url !== "/plan") return void response.end();
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (text: string) => {
    body += text;
  });
  request.on("end", () => {
    house.begin(JSON.parse(body) as CallPlan);
    response.end();
  });
});
http.on("upgrade", (request, socket, head) => doors.upgrade(request, socket, head));
http.listen(port, HOST);
createHttp2Door(house).listen(http2Port, HOST);
